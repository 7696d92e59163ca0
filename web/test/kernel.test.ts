import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { CoreAssets, MachineRequest } from '../src/protocol';
import { MachineBuilder } from '../src/worker/builder';
import { Downloads } from '../src/worker/download';
import { bootFailure } from '../src/worker/failures';
import { looksLikeKernel } from '../src/worker/kernel_check';

const FILE = { name: '', url: '', sizeBytes: 0, sha256: '' };
const NO_CORE: CoreAssets = { script: FILE, wasm: FILE };

function withMagic(offset: number, magic: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(1024);
  bytes.set(new TextEncoder().encode(magic), offset);
  return bytes;
}

describe('looksLikeKernel', () => {
  it('knows the demo’s kernel', async () => {
    const packed = await readFile(new URL('../../images/riscv64-tiny/Image.gz', import.meta.url));
    expect(looksLikeKernel(gunzipSync(packed))).toBe(true);
  });
  it.each([
    ['an ELF file', withMagic(0, '\x7fELF'), true],
    ['an EFI zboot kernel', withMagic(4, 'zimg'), true],
    ['a PC’s bzImage', withMagic(0x202, 'HdrS'), false],
    ['an empty file', new Uint8Array(0), false],
    ['a picture', withMagic(6, 'JFIF'), false],
  ])('judges %s', (_, bytes, wanted) => expect(looksLikeKernel(bytes)).toBe(wanted));
});

describe('MachineBuilder', () => {
  const request = (kernel: Uint8Array<ArrayBuffer>): MachineRequest => ({
    board: 'virt',
    memoryBytes: 1 << 27,
    cpus: 1,
    append: '',
    files: { kernel: { name: 'holiday.jpg', bytes: kernel.buffer } },
  });

  it('asks before it runs what is no kernel', async () => {
    const builder = new MachineBuilder(new Downloads('http://host/', () => {}), NO_CORE);
    builder.core = () => new Promise(() => {}); // never comes: the file is judged without it
    const error = await builder.build(request(withMagic(6, 'JFIF'))).catch((reason: unknown) => reason);
    expect(bootFailure(error)).toMatchObject({
      message: 'holiday.jpg: is neither an ELF file nor a Linux kernel Image',
      anyKernelMayHelp: true,
    });
  });
});
