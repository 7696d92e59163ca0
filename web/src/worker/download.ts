// Files from the server: counted while they arrive, checked, and kept for the next boot.

import { EmboardError } from '../../../wasm-backend/emboard-api.mjs';
import type { FileSource, RemoteFile } from '../protocol';

export type ProgressListener = (loadedBytes: number, totalBytes: number) => void;

interface Transfer {
  loadedBytes: number;
  totalBytes: number;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export class Downloads {
  readonly #done = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  readonly #transfers = new Map<string, Transfer>();

  constructor(
    private readonly baseUrl: string,
    private readonly onProgress: ProgressListener,
  ) {}

  urlOf(file: RemoteFile): string {
    const url = new URL(file.url, this.baseUrl);
    url.searchParams.set('v', file.sha256.slice(0, 16)); // a new build never meets an old cache
    return url.href;
  }

  /** The content; callers must not change it. */
  get(file: FileSource): Promise<Uint8Array<ArrayBuffer>> {
    if ('bytes' in file) return Promise.resolve(new Uint8Array(file.bytes));
    const known = this.#done.get(file.url);
    if (known) return known;
    const download = this.#download(file);
    this.#done.set(file.url, download);
    download.catch(() => this.#done.delete(file.url)); // the next boot tries again
    return download;
  }

  async #download(file: RemoteFile): Promise<Uint8Array<ArrayBuffer>> {
    const transfer = { loadedBytes: 0, totalBytes: file.sizeBytes };
    this.#transfers.set(file.url, transfer);
    try {
      const bytes = await this.#fetch(file, transfer);
      if (bytes.length !== file.sizeBytes) {
        throw new EmboardError(`${file.name}: the server sent ${bytes.length} of ${file.sizeBytes} bytes`);
      }
      // Browsers offer hashes to https and localhost only.
      if (globalThis.crypto?.subtle && (await sha256(bytes)) !== file.sha256) {
        throw new EmboardError(
          `${file.name}: the file on the server is not the one this page was built with`,
        );
      }
      return bytes;
    } catch (error) {
      this.#transfers.delete(file.url);
      throw error;
    }
  }

  async #fetch(file: RemoteFile, transfer: Transfer): Promise<Uint8Array<ArrayBuffer>> {
    const response = await fetch(this.urlOf(file)).catch((error: unknown) => {
      throw new EmboardError(`${file.name}: no answer from the server (${String(error)})`);
    });
    if (!response.ok || !response.body) {
      throw new EmboardError(`${file.name}: the server answered ${response.status} ${response.statusText}`);
    }
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    const reader = response.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      chunks.push(part.value);
      transfer.loadedBytes += part.value.length;
      this.#report();
    }
    return new Uint8Array(await new Blob(chunks).arrayBuffer());
  }

  #report(): void {
    let loadedBytes = 0;
    let totalBytes = 0;
    for (const transfer of this.#transfers.values()) {
      loadedBytes += transfer.loadedBytes;
      totalBytes += transfer.totalBytes;
    }
    this.onProgress(loadedBytes, totalBytes);
  }
}
