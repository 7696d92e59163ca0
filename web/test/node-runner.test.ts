import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzipIfNeeded } from '../../wasm-backend/emboard-api.mjs';
import { parseOptions, parseSize } from '../../wasm-backend/node-options.mjs';

describe('parseOptions', () => {
  it('reads what a QEMU user types', () => {
    const options = parseOptions([
      '-M',
      'virt',
      '-m',
      '64',
      '-smp',
      '2',
      '-icount',
      'shift=3',
      '-kernel',
      'k',
      '-append',
      'a b',
    ]);
    expect(options.settings).toEqual([
      ['board', 'virt'],
      ['memory', 64 * 2 ** 20],
      ['smp', '2'],
      ['icount', '3'],
      ['append', 'a b'],
    ]);
    expect(options.files).toEqual([['kernel', 'k']]);
  });
  it.each([
    [['-nope'], '-nope: no such option'],
    [['-m'], '-m: needs a value'],
    [['-m', 'lots'], '-m lots: should be a number'],
    [['-icount', 'x'], '-icount x: should be N or shift=N'],
    [['-snapshot-at', '5'], '-snapshot-at 5: should be key=value'],
    [['-snapshot-at', 'file=x'], '-snapshot-at file=x: should be instructions=N'],
    [['--stop-at', '1e3'], '--stop-at 1e3: should be a count'],
  ])('refuses %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});

describe('parseSize', () => {
  it.each([
    ['128', 2 ** 27],
    ['64K', 2 ** 16],
    ['1g', 2 ** 30],
  ])('%s', (text, size) => expect(parseSize(text)).toBe(size));
});

describe('gunzipIfNeeded', () => {
  const plain = new TextEncoder().encode('MZ'.repeat(5000));
  it('unpacks gzip data', async () => {
    expect(await gunzipIfNeeded(new Uint8Array(gzipSync(plain)), 'k')).toEqual(plain);
  });
  it('leaves anything else alone', async () => {
    expect(await gunzipIfNeeded(plain, 'k')).toBe(plain);
  });
  it('names a file that is cut short', async () => {
    const cut = new Uint8Array(gzipSync(plain)).slice(0, 30);
    await expect(gunzipIfNeeded(cut, 'Image.gz')).rejects.toThrow('Image.gz: the gzip data is damaged');
  });
});
