import { describe, expect, it } from 'vitest';
import { type RunResult, RunState } from '../../wasm-backend/emboard-api.mjs';
import { type Loop, type Runnable, type SliceHooks, SliceRunner } from '../src/worker/slices';

/** An event loop that the test turns by hand, with a clock that only moves when told. */
class ManualLoop implements Loop {
  ms = 0;
  readonly soonQueue: (() => void)[] = [];
  timers: { atMs: number; callback: () => void }[] = [];

  nowMs = () => this.ms;
  soon = (callback: () => void) => void this.soonQueue.push(callback);
  later = (callback: () => void, ms: number) => {
    const timer = { atMs: this.ms + ms, callback };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  };

  turn(): void {
    this.soonQueue.shift()?.();
  }

  advance(ms: number): void {
    this.ms += ms;
    const due = this.timers.filter(({ atMs }) => atMs <= this.ms);
    this.timers = this.timers.filter(({ atMs }) => atMs > this.ms);
    for (const { callback } of due) callback();
  }
}

/** Executes `perMs` instructions a millisecond until told to do something else. */
class FakeMachine implements Runnable {
  instructions = 0;
  budgets: number[] = [];
  next: () => Partial<RunResult> = () => ({ state: RunState.running });

  constructor(
    private readonly loop: ManualLoop,
    private readonly perMs: number,
  ) {}

  get nowNs(): number {
    return this.loop.ms * 1e6;
  }

  run(maxInstructions: number): RunResult {
    this.budgets.push(maxInstructions);
    const result = this.next();
    if (result.state === RunState.running) {
      this.instructions += maxInstructions;
      this.loop.ms += maxInstructions / this.perMs;
    }
    return { state: RunState.running, idleUntilNs: 0, exitStatus: 0, reason: '', ...result };
  }
}

function setUp(perMs = 100_000, hooks: Partial<SliceHooks> = {}) {
  const loop = new ManualLoop();
  const machine = new FakeMachine(loop, perMs);
  const events: string[] = [];
  const runner = new SliceRunner(machine, loop, {
    afterSlice: () => true,
    stopped: ({ exitStatus, reason }) => events.push(`stopped ${exitStatus} ${reason}`),
    failed: (error) => events.push(`failed ${String(error)}`),
    ...hooks,
  });
  return { loop, machine, runner, events };
}

describe('SliceRunner', () => {
  it.each([2_000, 100_000, 3_000_000])('settles on slices of 10 ms at %i instructions a ms', (perMs) => {
    const { loop, machine, runner } = setUp(perMs);
    runner.start();
    for (let i = 0; i < 20; i++) loop.turn();
    expect(machine.budgets.at(-1)).toBe(perMs * 10);
  });

  it('keeps its slice size over short runs, which clocks cannot measure', () => {
    const { loop, machine, runner } = setUp();
    runner.start();
    for (let i = 0; i < 20; i++) loop.turn();
    const settled = runner.sliceInstructions;
    machine.next = () => ({ state: RunState.idle, idleUntilNs: 0 });
    for (let i = 0; i < 20; i++) loop.turn();
    expect(runner.sliceInstructions).toBe(settled);
  });

  it('sleeps until the deadline of guest time', () => {
    const { loop, machine, runner } = setUp();
    machine.next = () => ({ state: RunState.idle, idleUntilNs: 25e6 });
    runner.start();
    loop.turn();
    expect(loop.soonQueue).toHaveLength(0);
    loop.advance(24);
    expect(loop.soonQueue).toHaveLength(0);
    loop.advance(1);
    expect(loop.soonQueue).toHaveLength(1);
  });

  it('wakes at once for input, and the timer called off does not run it twice', () => {
    const { loop, machine, runner } = setUp();
    machine.next = () => ({ state: RunState.idle, idleUntilNs: 25e6 });
    runner.start();
    loop.turn();
    runner.wake();
    runner.wake();
    expect(loop.soonQueue).toHaveLength(1);
    expect(loop.timers).toHaveLength(0);
  });

  it('waits for input alone when the guest has no deadline', () => {
    const { loop, machine, runner } = setUp();
    machine.next = () => ({ state: RunState.idle, idleUntilNs: Number.POSITIVE_INFINITY });
    runner.start();
    loop.turn();
    expect(loop.timers).toHaveLength(0);
    runner.wake();
    loop.turn();
    expect(machine.budgets).toHaveLength(2);
  });

  it('holds the machine while the page is behind, whatever the guest wants', () => {
    let mayGoOn = false;
    const { loop, machine, runner } = setUp(100_000, { afterSlice: () => mayGoOn });
    runner.start();
    loop.turn();
    expect(loop.soonQueue).toHaveLength(0);
    mayGoOn = true;
    runner.wake();
    loop.turn();
    expect(machine.budgets).toHaveLength(2);
    expect(loop.soonQueue).toHaveLength(1);
  });

  it('runs nothing after stop, even if a turn was scheduled', () => {
    const { loop, machine, runner } = setUp();
    runner.start();
    runner.stop();
    loop.turn();
    expect(machine.budgets).toHaveLength(0);
    runner.wake();
    expect(loop.soonQueue).toHaveLength(0);
  });

  it('tells that the guest has stopped, once', () => {
    const { loop, machine, runner, events } = setUp();
    machine.next = () => ({ state: RunState.stopped, exitStatus: 3, reason: 'guest powered off' });
    runner.start();
    loop.turn();
    loop.turn();
    expect(events).toEqual(['stopped 3 guest powered off']);
  });

  it('reports a trap of the module and runs it no more', () => {
    const { loop, machine, runner, events } = setUp();
    machine.next = () => {
      throw new WebAssembly.RuntimeError('unreachable');
    };
    runner.start();
    loop.turn();
    loop.turn();
    expect(events).toEqual(['failed RuntimeError: unreachable']);
    expect(machine.budgets).toHaveLength(1);
  });
});
