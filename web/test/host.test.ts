import { describe, expect, it } from 'vitest';
import { type CoreMachine, EmboardError, type RunResult, RunState } from '../../wasm-backend/emboard-api.mjs';
import type { FromWorker, MachineRequest } from '../src/protocol';
import type { MachineBuilder } from '../src/worker/builder';
import { MachineHost } from '../src/worker/host';
import type { Loop } from '../src/worker/slices';

const REQUEST: MachineRequest = { board: 'virt', memoryBytes: 1 << 27, cpus: 1, append: '', files: {} };

/** Stands in for the WebAssembly machine: prints what it is told to. */
class FakeMachine {
  instructions = 0;
  nowNs = 0;
  calls: string[] = [];
  printed = new Uint8Array(0);
  result: RunResult = {
    state: RunState.idle,
    idleUntilNs: Number.POSITIVE_INFINITY,
    exitStatus: 0,
    reason: '',
  };

  run = () => this.result;
  takeConsole = () => {
    const bytes = this.printed;
    this.printed = new Uint8Array(0);
    return bytes;
  };
  typeConsole = () => void this.calls.push('type');
  pause = () => void this.calls.push('pause');
  resume = () => void this.calls.push('resume');
  reset = () => void this.calls.push('reset');
  delete = () => void this.calls.push('delete');
  saveSnapshot = () => new Uint8Array([1, 2, 3]);
  loadSnapshot = (bytes: Uint8Array) => {
    if (bytes[0] !== 1) throw new EmboardError('not a snapshot');
    this.calls.push('load');
  };
}

function setUp() {
  const sent: FromWorker[] = [];
  const turns: (() => void)[] = [];
  const loop: Loop = { nowMs: () => 0, soon: (callback) => void turns.push(callback), later: () => () => {} };
  const machines: FakeMachine[] = [];
  const builder = {
    failWith: undefined as unknown,
    forgotten: 0,
    build: async () => {
      if (builder.failWith) throw builder.failWith;
      const machine = new FakeMachine();
      machines.push(machine);
      return machine as unknown as CoreMachine;
    },
    forgetCore: () => void builder.forgotten++,
  };
  const host = new MachineHost((message) => sent.push(message), loop, builder as unknown as MachineBuilder);
  const turn = () => turns.shift()?.();
  const phases = () => sent.flatMap((message) => (message.type === 'phase' ? [message.phase] : []));
  const machine = (index: number) => machines[index] as FakeMachine;
  return { host, sent, turn, turns, machine, builder, phases };
}

describe('MachineHost', () => {
  it('boots, runs and passes on what the console prints', async () => {
    const { host, sent, turn, machine, phases } = setUp();
    await host.boot(REQUEST);
    machine(0).printed = new Uint8Array([65, 66]);
    turn();
    expect(phases()).toEqual(['loading', 'running']);
    expect(sent.at(-1)).toEqual({ type: 'console', bytes: new Uint8Array([65, 66]) });
  });

  it('names what is wrong with the files', async () => {
    const { host, sent, builder } = setUp();
    builder.failWith = new EmboardError('vmlinuz: neither an ELF file nor a raw Image');
    await host.boot(REQUEST);
    expect(sent.at(-1)).toMatchObject({
      type: 'failed',
      failure: {
        title: 'The machine could not start',
        message: 'vmlinuz: neither an ELF file nor a raw Image',
      },
    });
  });

  it('gives up a boot that another one overtakes', async () => {
    const { host, machine, phases } = setUp();
    await Promise.all([host.boot(REQUEST), host.boot(REQUEST)]);
    expect(machine(0).calls).toEqual(['delete']);
    expect(machine(1).calls).toEqual([]);
    expect(phases().filter((phase) => phase === 'running')).toHaveLength(1);
  });

  it('stops guest time while paused', async () => {
    const { host, machine, turn, turns, phases } = setUp();
    await host.boot(REQUEST);
    host.pause();
    host.pause();
    turn();
    expect(turns).toHaveLength(0);
    host.resume();
    expect(machine(0).calls).toEqual(['pause', 'resume']);
    expect(phases().slice(1)).toEqual(['running', 'paused', 'running']);
  });

  it('resets a machine that runs, also from pause, and builds one anew that is off', async () => {
    const { host, machine, turn } = setUp();
    await host.boot(REQUEST);
    host.pause();
    await host.reset();
    expect(machine(0).calls).toEqual(['pause', 'resume', 'reset']);
    machine(0).result = { state: RunState.stopped, idleUntilNs: 0, exitStatus: 0, reason: 'off' };
    turn(); // the turn from before the pause, void
    turn();
    await host.reset();
    expect(machine(0).calls.at(-1)).toBe('delete');
    expect(machine(1).calls).toEqual([]);
  });

  it('holds the machine until the page has drawn', async () => {
    const { host, machine, turn, turns } = setUp();
    await host.boot(REQUEST);
    machine(0).printed = new Uint8Array(300_000);
    machine(0).result = { state: RunState.running, idleUntilNs: 0, exitStatus: 0, reason: '' };
    turn();
    expect(turns).toHaveLength(0);
    host.drawn(300_000);
    expect(turns).toHaveLength(1);
  });

  it('keeps the running machine when a snapshot does not load', async () => {
    const { host, sent, machine, phases } = setUp();
    await host.boot(REQUEST);
    await host.loadSnapshot('x.snapshot', new Uint8Array([9]));
    expect(sent.at(-1)).toMatchObject({
      type: 'refused',
      failure: { message: 'x.snapshot: not a snapshot' },
    });
    expect(machine(0).calls).toEqual([]);
    expect(machine(1).calls).toEqual(['delete']);
    expect(phases().at(-1)).toBe('running');
  });

  it('continues from a snapshot in a new machine', async () => {
    const { host, machine, phases } = setUp();
    await host.boot(REQUEST);
    await host.loadSnapshot('x.snapshot', new Uint8Array([1]));
    expect(machine(0).calls).toEqual(['delete']);
    expect(machine(1).calls).toEqual(['load']);
    expect(phases().at(-1)).toBe('running');
  });

  it('takes a fresh core after a trap and never touches the old machine again', async () => {
    const { host, sent, machine, turn, builder } = setUp();
    await host.boot(REQUEST);
    machine(0).run = () => {
      throw new WebAssembly.RuntimeError('unreachable');
    };
    turn();
    expect(sent.at(-1)).toMatchObject({ type: 'failed', failure: { message: 'unreachable' } });
    expect(builder.forgotten).toBe(1);
    await host.reset();
    expect(machine(0).calls).toEqual([]);
    expect(machine(1).calls).toEqual([]);
  });
});
