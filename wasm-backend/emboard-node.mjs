#!/usr/bin/env node
// Runs the WebAssembly core in Node: the same machine as in the page, without a browser. For tests and benches.

import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { gunzipIfNeeded, RunState, startCore } from './emboard-api.mjs';
import { HELP, parseOptions, UsageError } from './node-options.mjs';

const SLICE_INSTRUCTIONS = 2_000_000;

// Node 20 has these behind flags. The core looks for itself whether multiply-adds are the host's.
if (process.versions.node.startsWith('20.'))
  setFlagsFromString('--experimental-wasm-relaxed-simd --experimental-wasm-branch-hinting');

/** One line for the user, and the exit status that goes with bad input. */
function fail(message) {
  process.stderr.write(`emboard-node: ${message}\n`);
  process.exit(2);
}

async function readInput(path) {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw new UsageError(`${path}: ${error.code === 'ENOENT' ? 'no such file' : error.message}`);
  }
}

/** Numbered files, in the order of compilation. */
function dumpTo(folder) {
  let count = 0;
  mkdirSync(folder, { recursive: true });
  return (bytes) => writeFileSync(join(folder, `${String(count++).padStart(6, '0')}.wasm`), bytes);
}

async function loadCore({ core: folder, dumpFolder }) {
  const base = new URL(`${pathToFileURL(folder)}/`);
  try {
    const { default: createEmboard } = await import(new URL('emboard.js', base).href);
    const wasm = await readFile(new URL('emboard.wasm', base));
    return await startCore(createEmboard, wasm, dumpFolder && dumpTo(dumpFolder));
  } catch (error) {
    throw new UsageError(
      `${folder}: no WebAssembly core (${error.message}); build it: cmake --preset wasm && ` +
        'cmake --build --preset wasm',
    );
  }
}

/** As the native program does: our own OpenSBI for the CPU's width. */
function firmwareFor(options) {
  if (options.bios === 'none') return [];
  if (options.bios !== 'default') return [['bios', options.bios]];
  const cpu = new Map(options.settings).get('cpu') ?? '';
  const name = `fw_dynamic-riscv${cpu.startsWith('rv32') ? 32 : 64}.bin`;
  return [['bios', fileURLToPath(new URL(`../images/opensbi/${name}`, import.meta.url))]];
}

async function createMachine(core, options) {
  const machine = core.newMachine();
  for (const [key, value] of options.settings) machine.set(key, value);
  for (const [role, path] of [...firmwareFor(options), ...options.files]) {
    const bytes = await readInput(path);
    machine.addFile(role, path, role === 'kernel' ? await gunzipIfNeeded(bytes, path) : bytes);
  }
  for (const [id, path] of options.drives) machine.addFile('drive', id, await readInput(path));
  machine.create();
  process.stderr.write(machine.takeLog());
  if (options.loadvm !== undefined) {
    try {
      machine.loadSnapshot(await readInput(options.loadvm));
    } catch (error) {
      throw error instanceof UsageError ? error : new UsageError(`${options.loadvm}: ${error.message}`);
    }
  }
  return machine;
}

/** Until stdin or the guest's next deadline wakes it; Node's timers count in milliseconds. */
function sleep(machine, untilNs, onInput) {
  const ms = Math.min((untilNs - machine.nowNs) / 1e6, 2 ** 31 - 1);
  if (ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = Number.isFinite(untilNs) ? setTimeout(resolve, ms) : undefined;
    onInput(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

class StdinFeed {
  #wake = () => {};
  open = true;

  constructor(machine) {
    process.stdin.on('data', (bytes) => {
      machine.typeConsole(bytes);
      this.#wake();
    });
    process.stdin.on('end', () => {
      this.open = false;
      this.#wake();
    });
  }

  onWake = (wake) => {
    this.#wake = wake;
  };
}

function writeConsole(machine, output) {
  const bytes = machine.takeConsole();
  if (bytes.length > 0) {
    process.stdout.write(bytes);
    output.bytes += bytes.length;
  }
}

function sliceFor(machine, options) {
  const limits = [options.stopAt, options.snapshotAt].filter((limit) => limit > machine.instructions);
  return Math.min(SLICE_INSTRUCTIONS, ...limits.map((limit) => limit - machine.instructions));
}

/** Why the run ended, and the status to exit with. */
async function run(machine, options, output) {
  const feed = new StdinFeed(machine);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  let saved = false;
  for (;;) {
    const result = machine.run(sliceFor(machine, options));
    writeConsole(machine, output);
    if (!saved && machine.instructions >= options.snapshotAt) {
      await writeFile(options.snapshotFile, machine.saveSnapshot());
      saved = true;
    }
    if (result.state === RunState.stopped) return { reason: result.reason, status: result.exitStatus };
    if (machine.instructions >= options.stopAt) return { reason: 'instruction limit reached', status: 0 };
    if (performance.now() - output.startMs > options.timeoutMs) return { reason: 'timeout', status: 124 };
    if (result.state !== RunState.idle) await turn();
    else if (Number.isFinite(result.idleUntilNs) || feed.open)
      await sleep(machine, result.idleUntilNs, feed.onWake);
    else return { reason: 'the guest waits for input and stdin has ended', status: 1 };
  }
}

function printStatistics(machine, output, end) {
  const seconds = (performance.now() - output.startMs) / 1000;
  const lines = [
    `end ${end.reason}`,
    `exit_status ${end.status}`,
    `instructions ${machine.instructions}`,
    `guest_ns ${machine.nowNs}`,
    `console_bytes ${output.bytes}`,
    `host_seconds ${seconds.toFixed(3)}`,
    `mips ${(machine.instructions / seconds / 1e6).toFixed(1)}`,
    machine.statistics.trimEnd(),
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const core = await loadCore(options);
  if (options.listBoards) {
    process.stdout.write(`${JSON.stringify(core.boards(), null, 2)}\n`);
    process.exit(0);
  }
  const machine = await createMachine(core, options);
  const output = { bytes: 0, startMs: performance.now() };
  const end = await run(machine, options, output);
  if (options.stats) printStatistics(machine, output, end);
  process.stdin.destroy();
  process.exitCode = end.status;
} catch (error) {
  if (error instanceof UsageError || error.name === 'EmboardError') fail(error.message);
  throw error;
}
