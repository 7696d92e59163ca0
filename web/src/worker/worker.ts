// The worker's entry: messages in, messages out.

import type { FromWorker, ToWorker } from '../protocol';
import { MachineBuilder } from './builder';
import { Downloads } from './download';
import { MachineHost } from './host';
import { workerLoop } from './loop';

declare const self: DedicatedWorkerGlobalScope;

const SPEED_PERIOD_MS = 500;

let host: MachineHost | undefined;

function post(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, transfer);
}

function start(message: ToWorker & { type: 'start' }): MachineHost {
  const downloads = new Downloads(message.baseUrl, (loadedBytes, totalBytes) =>
    post({ type: 'progress', loadedBytes, totalBytes }),
  );
  const started = new MachineHost(post, workerLoop(), new MachineBuilder(downloads, message.core));
  setInterval(() => started.reportSpeed(), SPEED_PERIOD_MS);
  void started.announceBoards();
  return started;
}

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'start') {
    host = start(data);
    return;
  }
  switch (data.type) {
    case 'boot':
      void host?.boot(data.request);
      break;
    case 'input':
      host?.input(data.bytes);
      break;
    case 'drawn':
      host?.drawn(data.byteCount);
      break;
    case 'pause':
      host?.pause();
      break;
    case 'resume':
      host?.resume();
      break;
    case 'reset':
      void host?.reset();
      break;
    case 'saveSnapshot':
      host?.saveSnapshot();
      break;
    case 'loadSnapshot':
      void host?.loadSnapshot(data.name, new Uint8Array(data.bytes));
      break;
    default:
      data satisfies never;
  }
};
