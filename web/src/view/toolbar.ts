// The bar on top: run, pause, reset, what the machine is doing and how fast.

import type { MachineController } from '../controller';
import type { FromWorker, Phase, Speed } from '../protocol';
import { element, formatBytes } from './dom';

const PAUSE_SHAPE = 'M8.5 5v14M15.5 5v14';
const RUN_SHAPE = 'M7.5 4.5v15l12-7.5Z';

const PHASE_TEXT: Record<Phase, string> = {
  loading: 'Loading',
  running: 'Running',
  paused: 'Paused',
  stopped: 'Off',
  failed: 'Failed',
};

/** After so long without a word from the guest the page says what may be wrong. */
const SILENCE_MS = 10_000;
const SILENCE_TEXT = 'Nothing on the console yet. Does the kernel’s command line name it: console=ttyS0?';

export function speedText({ mips, load }: Speed): string {
  if (load < 0.02) return 'idle';
  const speed = mips < 10 ? mips.toFixed(1) : mips.toFixed(0);
  return `${speed} MIPS · ${Math.round(load * 100)} %`;
}

export class Toolbar {
  readonly #run = element('run', HTMLButtonElement);
  readonly #reset = element('reset', HTMLButtonElement);
  readonly #status = element('status', HTMLElement);
  readonly #speed = element('speed', HTMLElement);
  readonly #progress = element('progress', HTMLElement);
  readonly #waiting = element('waiting', HTMLElement);
  readonly #waitingText = element('waiting-text', HTMLElement);
  #silence = 0;
  #awaited = true;

  constructor(private readonly controller: MachineController) {
    this.#run.onclick = () => controller.togglePause();
    this.#reset.onclick = () => controller.reset();
    controller.listen((message) => this.#receive(message));
    this.#setPhase('loading');
  }

  #receive(message: FromWorker): void {
    if (message.type === 'phase') this.#setPhase(message.phase);
    else if (message.type === 'failed') this.#setPhase('failed');
    else if (message.type === 'progress') this.#showProgress(message.loadedBytes, message.totalBytes);
    else if (message.type === 'speed') this.#speed.textContent = speedText(message.speed);
    else if (message.type === 'clear') this.#awaitOutput(!message.snapshot);
    else if (message.type === 'console') this.#awaitOutput(false);
  }

  #setPhase(phase: Phase): void {
    this.#status.textContent = PHASE_TEXT[phase];
    this.#status.parentElement?.setAttribute('data-phase', phase);
    const pausable = phase === 'running' || phase === 'paused';
    this.#run.disabled = !pausable;
    this.#reset.disabled = phase === 'loading' || !this.controller.request;
    this.#run.querySelector('path')?.setAttribute('d', phase === 'paused' ? RUN_SHAPE : PAUSE_SHAPE);
    const label = this.#run.querySelector('span');
    if (label) label.textContent = phase === 'paused' ? 'Run' : 'Pause';
    if (phase !== 'running') this.#speed.textContent = '';
    if (phase !== 'loading') this.#progress.hidden = true;
    this.#showWaiting();
  }

  /** From a reset to the first byte of output there is nothing to see but this. */
  #awaitOutput(awaited: boolean): void {
    if (awaited === this.#awaited && !awaited) return; // output comes often
    this.#awaited = awaited;
    clearTimeout(this.#silence);
    if (awaited) this.#silence = window.setTimeout(() => this.#sayNothingCame(), SILENCE_MS);
    this.#showWaiting();
  }

  #showWaiting(): void {
    const { phase } = this.controller;
    this.#waiting.hidden = !this.#awaited || (phase !== 'loading' && phase !== 'running');
    this.#waitingText.textContent = phase === 'running' ? 'Booting…' : 'Loading…';
  }

  #sayNothingCame(): void {
    if (this.controller.phase === 'running') this.#waitingText.textContent = SILENCE_TEXT;
  }

  #showProgress(loadedBytes: number, totalBytes: number): void {
    const percent = totalBytes > 0 ? Math.min(100, Math.round((loadedBytes / totalBytes) * 100)) : 0;
    this.#progress.hidden = false;
    this.#progress.ariaValueNow = String(percent);
    const bar = this.#progress.querySelector('i');
    if (bar) bar.style.width = `${percent}%`;
    this.#waitingText.textContent = `Downloading ${formatBytes(loadedBytes)} of ${formatBytes(totalBytes)}`;
  }
}
