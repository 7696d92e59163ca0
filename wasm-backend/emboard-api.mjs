// @ts-check
// The module's C ABI (entry.cpp) with types and names, for the page's worker and for Node alike.

/** What a run slice ended with; the numbers are core's RunState. */
export const RunState = Object.freeze({ running: 0, idle: 1, stopped: 2 });

/**
 * @typedef {object} RunResult
 * @property {number} state one of RunState
 * @property {number} idleUntilNs guest time; Infinity when only outside input can wake the machine
 * @property {number} exitStatus
 * @property {string} reason for people
 */

/**
 * @typedef {object} Board
 * @property {string} name
 * @property {string} title
 * @property {string} description
 * @property {string} defaultCpu
 * @property {number} maxCpus
 * @property {number} defaultRamBytes
 * @property {number} minRamBytes
 * @property {number} maxRamBytes
 * @property {{name: string, description: string}[]} cpus
 */

/**
 * The parts of Emscripten's module object that are used here.
 * @typedef {Record<string, any> & {HEAPU8: Uint8Array}} EmscriptenModule
 */

/** A message from the core that is meant for people. */
export class EmboardError extends Error {
  /** @override */
  name = 'EmboardError';
}

/**
 * Starts the core. `wasm` is the module's bytes or the compiled module: Emscripten 3.1.6's own loader knows no way
 * to fetch it in an ES module under Node, and none that reports a failure.
 * @param {(options: object) => Promise<EmscriptenModule>} createEmboard the default export of emboard.js
 * @param {ArrayBuffer | Uint8Array | WebAssembly.Module} wasm
 * @param {(bytes: Uint8Array) => void} [dumpModule] is shown every module that guest code is compiled to
 * @returns {Promise<Core>}
 */
export async function startCore(createEmboard, wasm, dumpModule) {
  const compiled =
    wasm instanceof WebAssembly.Module
      ? wasm
      : await WebAssembly.compile(/** @type {Uint8Array<ArrayBuffer>} */ (wasm));
  const module = await new Promise((resolve, reject) => {
    /** @type {(imports: WebAssembly.Imports, done: Function) => object} */
    const instantiateWasm = (imports, done) => {
      WebAssembly.instantiate(compiled, imports).then((instance) => done(instance, compiled), reject);
      return {};
    };
    createEmboard({ instantiateWasm, dumpModule }).then(resolve, reject);
  });
  return new Core(module);
}

/** One instance of the WebAssembly module; holds any number of machines. */
export class Core {
  /** @param {EmscriptenModule} module */
  constructor(module) {
    this.module = module;
  }

  /** @returns {Board[]} */
  boards() {
    const handle = this.module._emboard_new();
    const boards = JSON.parse(this.text(this.module._emboard_boards(handle)));
    this.module._emboard_delete(handle);
    return boards;
  }

  newMachine() {
    return new CoreMachine(this);
  }

  /**
   * A view of the module's memory; it is void after the next call into the module, which may move the memory.
   * @param {number} pointer
   * @param {number} size
   */
  view(pointer, size) {
    const start = pointer >>> 0; // above 2 GiB pointers arrive as negative numbers
    return this.module.HEAPU8.subarray(start, start + size);
  }

  /**
   * Reads a NUL-terminated string.
   * @param {number} pointer
   */
  text(pointer) {
    const start = pointer >>> 0;
    const end = this.module.HEAPU8.indexOf(0, start);
    return new TextDecoder().decode(this.view(start, end - start));
  }

  /**
   * Calls `use` with pointers to NUL-terminated copies of `strings`.
   * @template T
   * @param {string[]} strings
   * @param {(...pointers: number[]) => T} use
   */
  withStrings(strings, use) {
    const pointers = strings.map((string) => {
      const bytes = new TextEncoder().encode(string);
      const pointer = this.module._malloc(bytes.length + 1);
      this.view(pointer, bytes.length + 1).set([...bytes, 0]);
      return pointer;
    });
    try {
      return use(...pointers);
    } finally {
      for (const pointer of pointers) this.module._free(pointer);
    }
  }
}

/** One machine. Configure it with set() and addFile(), then create(), then run() slice by slice. */
export class CoreMachine {
  /** @param {Core} core */
  constructor(core) {
    this.core = core;
    this.module = core.module;
    this.handle = this.module._emboard_new();
  }

  /** Frees it; the object must not be used any more. */
  delete() {
    this.module._emboard_delete(this.handle);
    this.handle = 0;
  }

  #check(/** @type {boolean} */ ok) {
    if (!ok) throw new EmboardError(this.core.text(this.module._emboard_error(this.handle)));
  }

  /**
   * @param {'board' | 'cpu' | 'smp' | 'memory' | 'append' | 'icount' | 'device' | 'no-reboot' | 'accel'} key
   * @param {string | number} value
   */
  set(key, value) {
    const status = this.core.withStrings([key, String(value)], (keyText, valueText) =>
      this.module._emboard_set(this.handle, keyText, valueText),
    );
    this.#check(status === 0);
  }

  /**
   * @param {'bios' | 'kernel' | 'initrd' | 'dtb' | 'flash' | 'drive'} role
   * @param {string} name for messages; of a drive, what a device's drive= refers to
   * @param {Uint8Array} bytes
   */
  addFile(role, name, bytes) {
    const place = this.core.withStrings([role, name], (roleText, nameText) =>
      this.module._emboard_add_file(this.handle, roleText, nameText, bytes.length),
    );
    this.#check(place !== 0 || bytes.length === 0);
    this.core.view(place, bytes.length).set(bytes);
  }

  create() {
    this.#check(this.module._emboard_create(this.handle) === 0);
  }

  /**
   * @param {number} maxInstructions
   * @returns {RunResult}
   */
  run(maxInstructions) {
    const state = this.module._emboard_run(this.handle, maxInstructions);
    return {
      state,
      idleUntilNs: this.module._emboard_idle_until_ns(this.handle),
      exitStatus: this.module._emboard_exit_status(this.handle),
      reason: state === RunState.stopped ? this.core.text(this.module._emboard_reason(this.handle)) : '',
    };
  }

  reset() {
    this.module._emboard_reset(this.handle);
  }
  pause() {
    this.module._emboard_pause(this.handle);
  }
  resume() {
    this.module._emboard_resume(this.handle);
  }

  /** Instructions that all CPUs have executed. */
  get instructions() {
    return this.module._emboard_instructions(this.handle);
  }
  /** Guest time. */
  get nowNs() {
    return this.module._emboard_now_ns(this.handle);
  }
  /** One `name value` line each. */
  get statistics() {
    return this.core.text(this.module._emboard_statistics(this.handle));
  }
  dumpCpus() {
    return this.core.text(this.module._emboard_dump_cpus(this.handle));
  }
  takeLog() {
    return this.core.text(this.module._emboard_take_log(this.handle));
  }

  /**
   * Types on the machine's console.
   * @param {Uint8Array} bytes
   */
  typeConsole(bytes) {
    this.#fillBuffer(bytes);
    this.module._emboard_console_write(this.handle, bytes.length);
  }

  /** What the console has printed since the last call; a copy. */
  takeConsole() {
    const size = this.module._emboard_console_read(this.handle);
    return this.#buffer().slice(0, size);
  }

  saveSnapshot() {
    this.#check(this.module._emboard_save_snapshot(this.handle) === 0);
    const bytes = this.#buffer().slice();
    this.module._emboard_buffer_free(this.handle);
    return bytes;
  }

  /** @param {Uint8Array} bytes */
  loadSnapshot(bytes) {
    this.#fillBuffer(bytes);
    const status = this.module._emboard_load_snapshot(this.handle);
    this.module._emboard_buffer_free(this.handle);
    this.#check(status === 0);
  }

  #buffer() {
    const size = this.module._emboard_buffer_size(this.handle);
    return this.core.view(this.module._emboard_buffer_data(this.handle), size);
  }

  /** @param {Uint8Array} bytes */
  #fillBuffer(bytes) {
    this.core.view(this.module._emboard_buffer(this.handle, bytes.length), bytes.length).set(bytes);
  }
}

/**
 * Unpacks a gzip'd file; anything else comes back as it is.
 * @param {Uint8Array} bytes
 * @param {string} name for messages
 * @returns {Promise<Uint8Array>}
 */
export async function gunzipIfNeeded(bytes, name) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    const packed = new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)]).stream();
    const unpacked = packed.pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(unpacked).arrayBuffer());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EmboardError(`${name}: the gzip data is damaged or cut short (${reason})`);
  }
}
