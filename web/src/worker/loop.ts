// The event loop of a browser worker.

import type { Loop } from './slices';

export function workerLoop(): Loop {
  const waiting: (() => void)[] = [];
  const channel = new MessageChannel();
  channel.port1.onmessage = () => waiting.shift()?.();
  return {
    nowMs: () => performance.now(),
    soon: (callback) => {
      waiting.push(callback);
      channel.port2.postMessage(null);
    },
    later: (callback, ms) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  };
}
