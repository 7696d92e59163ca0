// The command line of emboard-node.mjs: the same names as the native `emboard` has.

import { fileURLToPath } from 'node:url';

export const HELP = `usage: emboard-node.mjs [options]
  -M BOARD            the board (-M help lists them)
  -cpu MODEL          CPU model and properties
  -smp N              CPUs
  -m SIZE             memory, in MiB or with K, M or G
  -bios FILE          firmware; none, or default (images/opensbi's for the CPU)
  -kernel FILE        kernel, may be gzip'd
  -initrd FILE        initial RAM disk
  -dtb FILE           device tree in place of the board's own
  -append TEXT        kernel command line
  -device TYPE,k=v    one more device
  -drive file=FILE,if=virtio|none[,id=ID]
                      a raw disk, copied into memory: writes are lost at the end
  -accel interp|jit[,hot=N]
                      how guest code runs: interpreted, or compiled to WebAssembly once it has run N times
                      (default: jit)
  -icount N           guest time follows executed instructions: each takes 2^N ns
  -no-reboot          stop where the guest resets
  -loadvm FILE        continue from a snapshot
  -snapshot-at instructions=N,file=FILE[,quit=on]
                      save a snapshot once so many instructions have been executed
  --stop-at N         stop once N instructions have been executed
  --timeout SECONDS   give up with exit status 124
  --stats             print counts to stderr at the end
  --dump-wasm DIR     write every module that guest code is compiled to
  --core DIR          where emboard.js and emboard.wasm are (default: build/wasm/wasm-backend)
The console is stdin and stdout; the exit status is the guest's. Bad input gives one line and exit status 2.
`;

export class UsageError extends Error {}

const UNITS = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

export function parseSize(text) {
  const found = /^(\d+)([KMG]?)$/i.exec(text);
  if (!found) throw new UsageError(`-m ${text}: should be a number, with K, M or G if not in MiB`);
  return Number(found[1]) * UNITS[(found[2] || 'M').toUpperCase()];
}

function parseCount(option, text) {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new UsageError(`${option} ${text}: should be a count`);
  return value;
}

/** `key=value,key=value` */
function parseGroup(option, text) {
  const pairs = text.split(',').map((item) => item.split(/=(.*)/s, 2));
  if (pairs.some((pair) => pair.length !== 2))
    throw new UsageError(`${option} ${text}: should be key=value,…`);
  return Object.fromEntries(pairs);
}

/** `-icount 3`, `-icount shift=3` */
function parseIcount(text) {
  const found = /^(?:shift=)?(\d+)$/.exec(text);
  if (!found) throw new UsageError(`-icount ${text}: should be N or shift=N`);
  return found[1];
}

function addDrive(options, { file, if: bus = 'virtio', id, format = 'raw', ...other }, text) {
  const known = ['virtio', 'none'].includes(bus) && format === 'raw' && Object.keys(other).length === 0;
  if (!file || !known) throw new UsageError(`-drive ${text}: should be file=FILE,if=virtio|none[,id=ID]`);
  const name = id ?? `drive${options.drives.length}`;
  options.drives.push([name, file]);
  if (bus === 'virtio') options.settings.push(['device', `virtio-blk-device,drive=${name}`]);
}

const SETTING =
  (key, convert = (text) => text) =>
  (options, text) =>
    options.settings.push([key, convert(text)]);
const FILE = (role) => (options, path) => options.files.push([role, path]);

/** Options with a value. */
const VALUED = {
  '-M': (options, name) => {
    if (name === 'help') options.listBoards = true;
    else options.settings.push(['board', name]);
  },
  '-cpu': SETTING('cpu'),
  '-smp': SETTING('smp'),
  '-m': SETTING('memory', parseSize),
  '-append': SETTING('append'),
  '-device': SETTING('device'),
  '-drive': (options, text) => addDrive(options, parseGroup('-drive', text), text),
  '-accel': SETTING('accel'),
  '-icount': SETTING('icount', parseIcount),
  '-bios': (options, path) => {
    options.bios = path;
  },
  '-kernel': FILE('kernel'),
  '-initrd': FILE('initrd'),
  '-dtb': FILE('dtb'),
  '-loadvm': (options, path) => {
    options.loadvm = path;
  },
  '-snapshot-at': (options, text) => {
    const { instructions, file, quit, ...other } = parseGroup('-snapshot-at', text);
    if (!instructions || !file || Object.keys(other).length > 0) {
      throw new UsageError(`-snapshot-at ${text}: should be instructions=N,file=FILE[,quit=on]`);
    }
    options.snapshotAt = parseCount('-snapshot-at instructions', instructions);
    options.snapshotFile = file;
    if (quit === 'on') options.stopAt = options.snapshotAt;
  },
  '--stop-at': (options, text) => {
    options.stopAt = parseCount('--stop-at', text);
  },
  '--timeout': (options, text) => {
    options.timeoutMs = parseCount('--timeout', text) * 1000;
  },
  '--dump-wasm': (options, path) => {
    options.dumpFolder = path;
  },
  '--core': (options, path) => {
    options.core = path;
  },
};

const FLAGS = {
  '-no-reboot': (options) => options.settings.push(['no-reboot', 'on']),
  '-nographic': () => {},
  '--stats': (options) => {
    options.stats = true;
  },
  '--help': (options) => {
    options.help = true;
  },
};

export function parseOptions(args) {
  const options = {
    settings: [],
    bios: 'default',
    files: [],
    drives: [],
    snapshotAt: Number.POSITIVE_INFINITY,
    stopAt: Number.POSITIVE_INFINITY,
    timeoutMs: Number.POSITIVE_INFINITY,
    stats: false,
    core: fileURLToPath(new URL('../build/wasm/wasm-backend', import.meta.url)),
  };
  const rest = [...args];
  while (rest.length > 0) {
    const name = rest.shift();
    if (Object.hasOwn(FLAGS, name)) {
      FLAGS[name](options);
    } else if (Object.hasOwn(VALUED, name)) {
      if (rest.length === 0) throw new UsageError(`${name}: needs a value`);
      VALUED[name](options, rest.shift());
    } else {
      throw new UsageError(`${name}: no such option (--help lists them)`);
    }
  }
  return options;
}
