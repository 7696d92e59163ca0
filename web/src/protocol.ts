// Every message between the page and the machine's worker. The page draws and forwards input; the worker owns the
// machine. Both sides switch over `type`, so that a message one side does not know fails to compile.

export type { Board } from '../../wasm-backend/emboard-api.mjs';

import type { Board } from '../../wasm-backend/emboard-api.mjs';

export type FileRole = 'bios' | 'kernel' | 'initrd';

/** A file on the server, as assets.json lists it. */
export interface RemoteFile {
  name: string;
  /** Relative to the page. */
  url: string;
  sizeBytes: number;
  sha256: string;
}

/** A file that a machine boots from: downloaded, or chosen by the user. */
export type FileSource = RemoteFile | { name: string; bytes: ArrayBuffer };

export interface MachineRequest {
  board: string;
  memoryBytes: number;
  cpus: number;
  append: string;
  files: Partial<Record<FileRole, FileSource>>;
  /** Run the kernel even if it has no format known to be a kernel's. */
  anyKernel?: boolean;
}

export interface CoreAssets {
  script: RemoteFile;
  wasm: RemoteFile;
}

/** What the machine is doing; the page shows one of these at a time. */
export type Phase = 'loading' | 'running' | 'paused' | 'stopped' | 'failed';

/** Why the machine cannot go on, for people. */
export interface Failure {
  title: string;
  message: string;
  advice: string[];
  /** The kernel may be a flat program: offer to boot with anyKernel. */
  anyKernelMayHelp?: boolean;
}

export interface Speed {
  /** Million instructions per second while the machine had something to do. */
  mips: number;
  /** 0..1: the part of the time it had something to do. */
  load: number;
  instructions: number;
  guestNs: number;
}

export type ToWorker =
  | { type: 'start'; baseUrl: string; core: CoreAssets }
  | { type: 'boot'; request: MachineRequest }
  | { type: 'input'; bytes: Uint8Array<ArrayBuffer> }
  /** So many bytes of console output have been drawn; the worker waits when the page falls behind. */
  | { type: 'drawn'; byteCount: number }
  | { type: 'pause' }
  | { type: 'resume' }
  | { type: 'reset' }
  | { type: 'saveSnapshot' }
  | { type: 'loadSnapshot'; name: string; bytes: ArrayBuffer };

export type FromWorker =
  | { type: 'boards'; boards: Board[] }
  | { type: 'progress'; loadedBytes: number; totalBytes: number }
  | { type: 'phase'; phase: Phase }
  /** Output starts anew: a reset, another machine, or the middle of a run, from the snapshot of that name. */
  | { type: 'clear'; snapshot?: string }
  | { type: 'console'; bytes: Uint8Array<ArrayBuffer> }
  | { type: 'speed'; speed: Speed }
  | { type: 'stopped'; exitStatus: number; reason: string }
  | { type: 'snapshot'; bytes: Uint8Array<ArrayBuffer> }
  /** The machine is gone. */
  | { type: 'failed'; failure: Failure }
  /** A request failed; the machine goes on as before. */
  | { type: 'refused'; failure: Failure };
