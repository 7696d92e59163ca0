// The page's side of the machine: owns the worker, knows the phase, and tells listeners. No DOM in here.

import type { Failure, FromWorker, MachineRequest, Phase, Speed, ToWorker } from './protocol';

export type Listener = (message: FromWorker) => void;

/** The part of Worker that is used; tests bring their own. */
export interface WorkerPort {
  postMessage(message: ToWorker, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

const KEPT_CONSOLE_BYTES = 16 * 1024;

export class MachineController {
  phase: Phase = 'loading';
  speed: Speed | undefined;
  request: MachineRequest | undefined;
  readonly #listeners: Listener[] = [];
  #tail = new Uint8Array(0);

  constructor(private readonly worker: WorkerPort) {
    worker.onmessage = ({ data }) => this.#receive(data);
    worker.onerror = (event) => this.#receive({ type: 'failed', failure: workerFailure(event.message) });
  }

  listen(listener: Listener): void {
    this.#listeners.push(listener);
  }

  boot(request: MachineRequest): void {
    this.request = request;
    this.send({ type: 'boot', request });
  }

  /** Typed text or pasted text. */
  type(text: string): void {
    this.send({ type: 'input', bytes: new TextEncoder().encode(text) });
  }

  togglePause(): void {
    this.send({ type: this.phase === 'paused' ? 'resume' : 'pause' });
  }

  reset(): void {
    this.send({ type: 'reset' });
  }

  send(message: ToWorker, transfer: Transferable[] = []): void {
    this.worker.postMessage(message, transfer);
  }

  /** The last lines the console printed, without terminal control sequences. */
  consoleTail(lineCount: number): string {
    return plainText(new TextDecoder().decode(this.#tail)).trimEnd().split('\n').slice(-lineCount).join('\n');
  }

  #receive(message: FromWorker): void {
    if (message.type === 'phase') this.phase = message.phase;
    else if (message.type === 'failed') this.phase = 'failed';
    else if (message.type === 'speed') this.speed = message.speed;
    else if (message.type === 'clear') this.#tail = new Uint8Array(0);
    else if (message.type === 'console') this.#keep(message.bytes);
    for (const listener of this.#listeners) listener(message);
  }

  #keep(bytes: Uint8Array): void {
    const all = new Uint8Array(this.#tail.length + bytes.length);
    all.set(this.#tail);
    all.set(bytes, this.#tail.length);
    this.#tail = all.slice(-KEPT_CONSOLE_BYTES);
  }
}

/** Text as people read it: no escape sequences, no other control characters but newline and tab. */
export function plainText(text: string): string {
  return (
    text
      // ECMA-48, 5.4: control sequences; then two-character escapes and operating system commands.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
      .replace(/\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]/g, '')
      .replace(/\r\n?/g, (found) => (found === '\r\n' ? '\n' : ''))
      // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
      .replace(/[\x00-\x08\x0b-\x1f\x7f]/g, '')
  );
}

function workerFailure(message: string): Failure {
  return {
    title: 'The emulator could not be loaded',
    message: message || 'the worker script failed to start',
    advice: [
      'Reload the page.',
      'If it happens again, this browser may be too old: it needs module workers.',
    ],
  };
}
