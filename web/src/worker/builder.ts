// Loads the core and builds machines in it.

import {
  type Core,
  type CoreMachine,
  EmboardError,
  gunzipIfNeeded,
  startCore,
} from '../../../wasm-backend/emboard-api.mjs';
import type { CoreAssets, FileRole, FileSource, MachineRequest } from '../protocol';
import type { Downloads } from './download';
import { looksLikeKernel } from './kernel_check';

/** The kernel file has no format that kernels have. */
export class UnknownKernelError extends EmboardError {}

export class MachineBuilder {
  #compiled: Promise<WebAssembly.Module> | undefined;
  #core: Promise<Core> | undefined;

  constructor(
    private readonly downloads: Downloads,
    private readonly assets: CoreAssets,
  ) {}

  core(): Promise<Core> {
    this.#core ??= this.#startCore().catch((error: unknown) => {
      this.forgetCore();
      throw error;
    });
    return this.#core;
  }

  /** After a trap: the next machine gets a fresh instance of the module. */
  forgetCore(): void {
    this.#core = undefined;
  }

  async build(request: MachineRequest): Promise<CoreMachine> {
    const [core, files] = await Promise.all([this.core(), this.#files(request)]);
    const machine = core.newMachine();
    try {
      machine.set('board', request.board);
      machine.set('memory', request.memoryBytes);
      machine.set('smp', request.cpus);
      machine.set('append', request.append);
      for (const { role, name, bytes } of files) machine.addFile(role, name, bytes);
      machine.create();
      const log = machine.takeLog();
      if (log !== '') console.warn(log);
      return machine;
    } catch (error) {
      if (error instanceof EmboardError) machine.delete();
      else this.forgetCore();
      throw error;
    }
  }

  async #startCore(): Promise<Core> {
    this.#compiled ??= this.#compile();
    this.#compiled.catch(() => {
      this.#compiled = undefined;
    });
    const [loader, compiled] = await Promise.all([
      import(/* @vite-ignore */ this.downloads.urlOf(this.assets.script)),
      this.#compiled,
    ]);
    return startCore(loader.default, compiled);
  }

  async #compile(): Promise<WebAssembly.Module> {
    return WebAssembly.compile(await this.downloads.get(this.assets.wasm));
  }

  #files(request: MachineRequest) {
    const entries = Object.entries(request.files) as [FileRole, FileSource][];
    return Promise.all(
      entries.map(async ([role, source]) => {
        const { name } = source;
        const bytes = await this.downloads.get(source);
        // An initrd is for the guest to unpack.
        if (role !== 'kernel') return { role, name, bytes };
        const kernel = await gunzipIfNeeded(bytes, name);
        if (!request.anyKernel && !looksLikeKernel(kernel)) {
          throw new UnknownKernelError(`${name}: is neither an ELF file nor a Linux kernel Image`);
        }
        return { role, name, bytes: kernel };
      }),
    );
  }
}
