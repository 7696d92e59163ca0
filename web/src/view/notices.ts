// What is laid over the console when the machine is off or something failed.

import type { MachineController } from '../controller';
import type { Failure } from '../protocol';
import { element, make } from './dom';

const TAIL_LINES = 15;

export interface NoticeActions {
  focusConsole(): void;
  bootDemo(): void;
}

export class Notices {
  readonly #finished = element('finished', HTMLElement);
  readonly #failure = element('failure', HTMLElement);
  readonly #retry = element('failure-retry', HTMLButtonElement);
  readonly #close = element('failure-close', HTMLButtonElement);
  readonly #demo = element('failure-demo', HTMLButtonElement);
  #anyKernel = false;

  constructor(
    private readonly controller: MachineController,
    private readonly actions: NoticeActions,
  ) {
    const restart = element('finished-restart', HTMLButtonElement);
    restart.onclick = () => controller.reset();
    this.#retry.onclick = () => this.#tryAgain();
    this.#demo.onclick = () => actions.bootDemo();
    this.#close.onclick = () => this.#hide();
    this.#failure.onkeydown = (event) => {
      if (event.key === 'Escape') this.#hide();
    };
    controller.listen((message) => {
      if (message.type === 'phase' && message.phase !== 'failed') this.#clear(message.phase === 'loading');
      else if (message.type === 'stopped') this.#showFinished(message.reason, message.exitStatus);
      else if (message.type === 'failed') this.show(message.failure, true);
      else if (message.type === 'refused') this.show(message.failure, false);
    });
  }

  /** `fatal`: there is no machine left. */
  show(failure: Failure, fatal: boolean): void {
    element('failure-title', HTMLElement).textContent = failure.title;
    element('failure-message', HTMLElement).textContent = failure.message;
    element('failure-advice', HTMLElement).replaceChildren(
      ...failure.advice.map((textContent) => make('li', { textContent })),
    );
    const tail = element('failure-tail', HTMLElement);
    tail.textContent = this.controller.consoleTail(TAIL_LINES) || 'This machine printed nothing.';
    this.#anyKernel = failure.anyKernelMayHelp ?? false;
    this.#retry.hidden = !fatal;
    this.#retry.textContent = this.#anyKernel ? 'Boot it anyway' : 'Try again';
    this.#retry.classList.toggle('primary', !this.#anyKernel);
    this.#demo.classList.toggle('primary', this.#anyKernel);
    this.#demo.hidden = !fatal || !this.controller.request;
    this.#failure.hidden = false;
    tail.scrollTop = tail.scrollHeight;
    element('failure-title', HTMLElement).focus();
  }

  #tryAgain(): void {
    const { request } = this.controller;
    if (!request) location.reload();
    else if (this.#anyKernel) this.controller.boot({ ...request, anyKernel: true });
    else this.controller.reset();
  }

  #showFinished(reason: string, exitStatus: number): void {
    const text = reason.charAt(0).toUpperCase() + reason.slice(1);
    element('finished-text', HTMLElement).textContent =
      exitStatus === 0 ? `${text}.` : `${text}, with exit status ${exitStatus}.`;
    this.#finished.classList.toggle('warning', exitStatus !== 0);
    this.#finished.hidden = false;
    element('finished-restart', HTMLButtonElement).focus();
  }

  #clear(alsoFailure: boolean): void {
    this.#finished.hidden = true;
    if (alsoFailure) this.#failure.hidden = true;
  }

  #hide(): void {
    this.#failure.hidden = true;
    this.actions.focusConsole();
  }
}
