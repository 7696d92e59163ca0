// What went wrong, in words that say what to do next.

import { EmboardError } from '../../../wasm-backend/emboard-api.mjs';
import type { Failure } from '../protocol';
import { UnknownKernelError } from './builder';

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The machine could not be built: a file or a setting is at fault. */
export function bootFailure(error: unknown): Failure {
  if (!(error instanceof EmboardError)) return coreFailure(error);
  const unknownKernel = error instanceof UnknownKernelError;
  return {
    title: unknownKernel ? 'This file does not look like a kernel' : 'The machine could not start',
    message: error.message,
    advice: [
      unknownKernel
        ? 'Choose an ELF file or a raw Image built for this machine, gzip’d or not; a PC’s vmlinuz will not do.'
        : 'Check the file or setting that the message names, change it under Settings and press Boot.',
      'Back to the demo boots the built-in Linux again.',
      ...(unknownKernel ? ['Boot it anyway if you know that it is a flat program.'] : []),
    ],
    anyKernelMayHelp: unknownKernel,
  };
}

/** The core itself failed; a new instance of it is needed. */
export function coreFailure(error: unknown): Failure {
  const message = messageOf(error);
  const noMemory = error instanceof RangeError || /memory/i.test(message);
  return {
    title: noMemory ? 'The browser has no memory left for this machine' : 'The emulator stopped unexpectedly',
    message,
    advice: noMemory
      ? ['Choose less memory under Settings and press Boot.', 'Close other tabs.']
      : [
          'Try again starts the same machine anew.',
          'If it happens again, please report it with the text above and the console’s last lines.',
        ],
  };
}

/** The core could not be loaded at all. */
export function loadFailure(error: unknown): Failure {
  return {
    title: 'The emulator could not be loaded',
    message: messageOf(error),
    advice: [
      'Check the network connection and reload the page.',
      'The page must be served over http: run node web/serve.mjs, or put dist/ on any static file server.',
    ],
  };
}

export function snapshotFailure(action: 'save' | 'load', error: unknown, file?: string): Failure {
  return {
    title: action === 'save' ? 'The snapshot could not be saved' : 'The snapshot could not be loaded',
    message: (file ? `${file}: ` : '') + messageOf(error),
    advice:
      action === 'save'
        ? ['The machine goes on. Try again in a moment.']
        : [
            'The machine goes on as before.',
            'A snapshot needs the machine it was taken on: the same board, CPUs, memory size and devices.',
          ],
  };
}
