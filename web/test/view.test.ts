import { describe, expect, it } from 'vitest';
import { formatBytes } from '../src/view/dom';
import { guessRole } from '../src/view/files';
import { withCtrl } from '../src/view/keys';
import { speedText } from '../src/view/toolbar';
import { SpeedMeter } from '../src/worker/speed';

describe('guessRole', () => {
  const head = (text: string) => new TextEncoder().encode(text);
  it.each([
    ['initrd.img', '\x1f\x8b', 'initrd'],
    ['initramfs-linux.img', '', 'initrd'],
    ['rootfs.cpio.gz', '\x1f\x8b', 'initrd'],
    ['disk', '070701', 'initrd'],
    ['fw_dynamic.bin', '', 'bios'],
    ['u-boot.bin', '', 'bios'],
    ['anything', 'EMBSNAP\x1a', 'snapshot'],
    ['Image.gz', '\x1f\x8b', 'kernel'],
    ['vmlinux', '\x7fELF', 'kernel'],
  ])('takes %s for what it is', (name, content, role) => {
    expect(guessRole(name, head(content))).toBe(role);
  });
});

describe('withCtrl', () => {
  it.each([
    ['c', '\x03'],
    ['C', '\x03'],
    ['[', '\x1b'],
    ['@', '\0'],
    ['_', '\x1f'],
    ['1', '1'],
    ['ab', 'ab'],
  ])('turns %j into %j', (text, wanted) => expect(withCtrl(text)).toBe(wanted));
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [2_199_854, '2.1 MiB'],
  ])('writes %i as %s', (count, text) => expect(formatBytes(count)).toBe(text));
});

describe('speed', () => {
  it('is measured over the time the machine was busy', () => {
    const meter = new SpeedMeter(1000);
    meter.add(10_000_000, 100);
    const speed = meter.take(1500, 42, 43);
    expect(speed).toEqual({ mips: 100, load: 0.2, instructions: 42, guestNs: 43 });
    expect(speedText(speed)).toBe('100 MIPS · 20 %');
    expect(speedText(meter.take(2000, 42, 43))).toBe('idle');
  });
});
