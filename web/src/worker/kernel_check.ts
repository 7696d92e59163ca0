// Whether a file can be a kernel at all. The core, like QEMU, takes any file for a flat program and runs into it; on
// the page a wrong file is far more likely than a flat program, so it asks first.

/** What a kernel file begins with, unpacked. */
const FORMATS: [offset: number, magic: string][] = [
  [0, '\x7fELF'],
  [0x38, 'RSC\x05'], // Linux Documentation/arch/riscv/boot-image-header.rst
  [0x38, 'ARM\x64'], // the same on arm64: the core says what is wrong with it
  [4, 'zimg'], // drivers/firmware/efi/libstub/zboot-header.S
];

const LATIN1 = new TextDecoder('latin1');

export function looksLikeKernel(bytes: Uint8Array): boolean {
  return FORMATS.some(([offset, magic]) => {
    return LATIN1.decode(bytes.subarray(offset, offset + magic.length)) === magic;
  });
}
