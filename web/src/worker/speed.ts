// How fast the machine runs and how busy it is, measured over half a second.

import type { Speed } from '../protocol';

export class SpeedMeter {
  #executed = 0;
  #busyMs = 0;
  #sinceMs: number;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  add(executed: number, busyMs: number): void {
    this.#executed += executed;
    this.#busyMs += busyMs;
  }

  /** The speed since the last call. */
  take(nowMs: number, instructions: number, guestNs: number): Speed {
    const wallMs = Math.max(nowMs - this.#sinceMs, 1);
    const speed = {
      mips: this.#busyMs > 0 ? this.#executed / this.#busyMs / 1000 : 0,
      load: Math.min(this.#busyMs / wallMs, 1),
      instructions,
      guestNs,
    };
    this.#executed = 0;
    this.#busyMs = 0;
    this.#sinceMs = nowMs;
    return speed;
  }
}
