// The machine's life in the worker: build it from a request, run it, and answer what the page asks.

import { type CoreMachine, EmboardError, type RunResult } from '../../../wasm-backend/emboard-api.mjs';
import type { Failure, FromWorker, MachineRequest, Phase } from '../protocol';
import type { MachineBuilder } from './builder';
import { bootFailure, coreFailure, loadFailure, snapshotFailure } from './failures';
import { type Loop, SliceRunner } from './slices';
import { SpeedMeter } from './speed';

/** Output that may be under way to the page; beyond it the machine waits for the page to draw. */
const MAX_UNDRAWN_BYTES = 256 * 1024;

export type Post = (message: FromWorker, transfer?: Transferable[]) => void;

interface Running {
  machine: CoreMachine;
  runner: SliceRunner;
}

export class MachineHost {
  #current: Running | undefined;
  #request: MachineRequest | undefined;
  #phase: Phase = 'loading';
  #undrawnBytes = 0;
  #meter: SpeedMeter;
  /** Counts boots, so that one that is overtaken while it downloads gives up. */
  #boots = 0;

  constructor(
    private readonly post: Post,
    private readonly loop: Loop,
    private readonly builder: MachineBuilder,
  ) {
    this.#meter = new SpeedMeter(loop.nowMs());
  }

  async announceBoards(): Promise<void> {
    try {
      const core = await this.builder.core();
      this.post({ type: 'boards', boards: core.boards() });
    } catch (error) {
      this.#fail(loadFailure(error));
    }
  }

  async boot(request: MachineRequest): Promise<void> {
    const turn = ++this.#boots;
    this.#request = request;
    this.#discard();
    this.#setPhase('loading');
    this.post({ type: 'clear' });
    try {
      const machine = await this.builder.build(request);
      if (turn === this.#boots) this.#adopt(machine);
      else machine.delete();
    } catch (error) {
      if (turn === this.#boots) this.#fail(bootFailure(error));
    }
  }

  input(bytes: Uint8Array): void {
    if (!this.#current) return;
    this.#current.machine.typeConsole(bytes);
    this.#current.runner.wake();
  }

  drawn(byteCount: number): void {
    this.#undrawnBytes -= byteCount;
    if (this.#undrawnBytes < MAX_UNDRAWN_BYTES / 2) this.#current?.runner.wake();
  }

  pause(): void {
    if (this.#phase !== 'running' || !this.#current) return;
    this.#current.runner.stop();
    this.#current.machine.pause();
    this.#setPhase('paused');
  }

  resume(): void {
    if (this.#phase !== 'paused' || !this.#current) return;
    this.#current.machine.resume();
    this.#setPhase('running');
    this.#current.runner.start();
  }

  /** The reset button. A machine that is off or broken is built anew. */
  async reset(): Promise<void> {
    if (!this.#request) return;
    this.resume();
    if (this.#phase !== 'running' || !this.#current) {
      await this.boot(this.#request);
      return;
    }
    this.#current.machine.reset();
    this.post({ type: 'clear' });
    this.#current.runner.wake();
  }

  saveSnapshot(): void {
    if (!this.#current) return;
    try {
      const bytes = this.#current.machine.saveSnapshot();
      this.post({ type: 'snapshot', bytes }, [bytes.buffer]);
    } catch (error) {
      this.post({ type: 'refused', failure: snapshotFailure('save', error) });
    }
  }

  /** Into a new machine, so that a bad snapshot leaves the running one alone. */
  async loadSnapshot(name: string, bytes: Uint8Array): Promise<void> {
    if (!this.#request) return;
    const turn = this.#boots;
    let machine: CoreMachine | undefined;
    try {
      machine = await this.builder.build(this.#request);
      machine.loadSnapshot(bytes);
      if (turn !== this.#boots) throw new EmboardError('another machine was started in the meantime');
    } catch (error) {
      if (error instanceof EmboardError) machine?.delete();
      this.post({ type: 'refused', failure: snapshotFailure('load', error, name) });
      return;
    }
    this.#boots++;
    this.#discard();
    this.post({ type: 'clear', snapshot: name });
    this.#adopt(machine);
  }

  reportSpeed(): void {
    if (this.#phase !== 'running' || !this.#current) return;
    const { instructions, nowNs } = this.#current.machine;
    this.post({ type: 'speed', speed: this.#meter.take(this.loop.nowMs(), instructions, nowNs) });
  }

  #adopt(machine: CoreMachine): void {
    const runner = new SliceRunner(machine, this.loop, {
      afterSlice: (executed, busyMs) => this.#afterSlice(machine, executed, busyMs),
      stopped: (result) => this.#stopped(result),
      failed: (error) => this.#crashed(error),
    });
    this.#current = { machine, runner };
    this.#setPhase('running');
    runner.start();
  }

  #afterSlice(machine: CoreMachine, executed: number, busyMs: number): boolean {
    this.#meter.add(executed, busyMs);
    const bytes = machine.takeConsole();
    if (bytes.length > 0) {
      this.#undrawnBytes += bytes.length;
      this.post({ type: 'console', bytes }, [bytes.buffer]);
    }
    return this.#undrawnBytes < MAX_UNDRAWN_BYTES;
  }

  #stopped(result: RunResult): void {
    this.reportSpeed();
    this.#setPhase('stopped');
    this.post({ type: 'stopped', exitStatus: result.exitStatus, reason: result.reason });
  }

  /** The module trapped; nothing in it can be used any more. */
  #crashed(error: unknown): void {
    this.#current = undefined;
    this.builder.forgetCore();
    this.#fail(coreFailure(error));
  }

  #discard(): void {
    this.#current?.runner.stop();
    this.#current?.machine.delete();
    this.#current = undefined;
  }

  #fail(failure: Failure): void {
    this.#setPhase('failed');
    this.post({ type: 'failed', failure });
  }

  #setPhase(phase: Phase): void {
    this.#phase = phase;
    this.post({ type: 'phase', phase });
  }
}
