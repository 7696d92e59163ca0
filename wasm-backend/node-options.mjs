// The command line of emboard-node.mjs: the same names as the native `emboard` has.

import { fileURLToPath } from 'node:url';

export const HELP = `usage: emboard-node.mjs [options]
  -M BOARD            the board (-M help lists them)
  -cpu MODEL          CPU model and properties
  -smp N              CPUs
  -m SIZE             memory, in MiB or with K, M or G
  -bios FILE          firmware (none: no firmware)
  -kernel FILE        kernel, may be gzip'd
  -initrd FILE        initial RAM disk
  -dtb FILE           device tree in place of the board's own
  -append TEXT        kernel command line
  -device TYPE,k=v    one more device
  -icount N           guest time follows executed instructions: each takes 2^N ns
  -no-reboot          stop where the guest resets
  -loadvm FILE        continue from a snapshot
  --snapshot-at N:FILE  save a snapshot once N instructions have been executed
  --stop-at N         stop once N instructions have been executed
  --timeout SECONDS   give up with exit status 124
  --stats             print counts to stderr at the end
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

/** `-icount 3`, `-icount shift=3` */
function parseIcount(text) {
  const found = /^(?:shift=)?(\d+)$/.exec(text);
  if (!found) throw new UsageError(`-icount ${text}: should be N or shift=N`);
  return found[1];
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
  '-icount': SETTING('icount', parseIcount),
  '-bios': (options, path) => {
    if (path !== 'none') options.files.push(['bios', path]);
  },
  '-kernel': FILE('kernel'),
  '-initrd': FILE('initrd'),
  '-dtb': FILE('dtb'),
  '-loadvm': (options, path) => {
    options.loadvm = path;
  },
  '--snapshot-at': (options, text) => {
    const colon = text.indexOf(':');
    if (colon < 1) throw new UsageError(`--snapshot-at ${text}: should be N:FILE`);
    options.snapshotAt = parseCount('--snapshot-at', text.slice(0, colon));
    options.snapshotFile = text.slice(colon + 1);
  },
  '--stop-at': (options, text) => {
    options.stopAt = parseCount('--stop-at', text);
  },
  '--timeout': (options, text) => {
    options.timeoutMs = parseCount('--timeout', text) * 1000;
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
    files: [],
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
