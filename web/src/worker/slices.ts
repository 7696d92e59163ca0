// Runs a machine in short slices, so that messages get through between them, and sleeps while the guest does.

import { type RunResult, RunState } from '../../../wasm-backend/emboard-api.mjs';

export interface Runnable {
  run(maxInstructions: number): RunResult;
  readonly instructions: number;
  readonly nowNs: number;
}

/** Time and the event loop; the tests bring their own. */
export interface Loop {
  nowMs(): number;
  /** Calls back in a fresh turn of the event loop, without a timer's minimum delay. */
  soon(callback: () => void): void;
  /** Calls back after `ms`; returns how to call it off. */
  later(callback: () => void, ms: number): () => void;
}

export interface SliceHooks {
  /** After every slice. False holds the machine until wake(). */
  afterSlice(executed: number, busyMs: number): boolean;
  stopped(result: RunResult): void;
  failed(error: unknown): void;
}

const SLICE_MS = 10;
const FIRST_SLICE = 200_000;
const MIN_SLICE = 20_000;
const MAX_SLICE = 100_000_000;
/** Shorter runs tell too little about speed: clocks in browsers count in steps of up to 1 ms. */
const MEASURABLE_MS = 3;
const MAX_TIMER_MS = 2 ** 31 - 1;

type State = 'off' | 'scheduled' | 'asleep' | 'held';

export class SliceRunner {
  #state: State = 'off';
  #slice = FIRST_SLICE;
  #cancelSleep = () => {};

  constructor(
    private readonly machine: Runnable,
    private readonly loop: Loop,
    private readonly hooks: SliceHooks,
  ) {}

  /** How many instructions the next slice may take. */
  get sliceInstructions(): number {
    return this.#slice;
  }

  start(): void {
    if (this.#state === 'off') this.#schedule();
  }

  stop(): void {
    this.#cancelSleep();
    this.#state = 'off';
  }

  /** Something happened outside (input, drawn output): look at the machine again at once. */
  wake(): void {
    if (this.#state !== 'asleep' && this.#state !== 'held') return;
    this.#cancelSleep();
    this.#schedule();
  }

  #schedule(): void {
    this.#state = 'scheduled';
    this.loop.soon(() => this.#turn());
  }

  #turn(): void {
    if (this.#state !== 'scheduled') return; // stopped in the meantime
    try {
      this.#runSlice();
    } catch (error) {
      this.stop();
      this.hooks.failed(error);
    }
  }

  #runSlice(): void {
    const startMs = this.loop.nowMs();
    const before = this.machine.instructions;
    const result = this.machine.run(this.#slice);
    const executed = this.machine.instructions - before;
    const busyMs = this.loop.nowMs() - startMs;
    this.#adapt(executed, busyMs);
    const goOn = this.hooks.afterSlice(executed, busyMs);
    if (this.#state !== 'scheduled') return; // the hook stopped us
    if (result.state === RunState.stopped) {
      this.stop();
      this.hooks.stopped(result);
    } else if (!goOn) {
      this.#state = 'held';
    } else if (result.state === RunState.idle) {
      this.#sleepUntil(result.idleUntilNs);
    } else {
      this.#schedule();
    }
  }

  /** Aims at slices of SLICE_MS, by at most a factor of two at a time: speed changes when code gets warm. */
  #adapt(executed: number, busyMs: number): void {
    if (busyMs < MEASURABLE_MS) {
      if (executed >= this.#slice) this.#slice = Math.min(this.#slice * 2, MAX_SLICE);
      return;
    }
    const wanted = (executed / busyMs) * SLICE_MS;
    const bounded = Math.min(Math.max(wanted, this.#slice / 2), this.#slice * 2);
    this.#slice = Math.round(Math.min(Math.max(bounded, MIN_SLICE), MAX_SLICE));
  }

  #sleepUntil(ns: number): void {
    const ms = (ns - this.machine.nowNs) / 1e6;
    if (ms <= 0) {
      this.#schedule();
      return;
    }
    this.#state = 'asleep';
    this.#cancelSleep = () => {};
    if (!Number.isFinite(ms)) return; // only input wakes it
    // Through soon(), because timers set from timers are held back to 4 ms.
    this.#cancelSleep = this.loop.later(() => this.#schedule(), Math.min(ms, MAX_TIMER_MS));
  }
}
