// Puts what the page needs besides its own code into public/: the WebAssembly core and the images it boots, with
// assets.json to list them. Vite copies public/ into dist/.
//   EMBOARD_WASM_DIR: where emboard.js and emboard.wasm are, if not in build/wasm/wasm-backend
//   EMBOARD_IMAGES_DIR: where manifest.json is, if not in images

import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const WEB = dirname(dirname(fileURLToPath(import.meta.url)));
const ROOT = dirname(WEB);
const CORE = resolve(process.env.EMBOARD_WASM_DIR ?? join(ROOT, 'build/wasm/wasm-backend'));
const IMAGES = resolve(process.env.EMBOARD_IMAGES_DIR ?? join(ROOT, 'images'));
const PUBLIC = join(WEB, 'public');

class MissingInput extends Error {}

/** Copies a file into public/ and describes it as the page's RemoteFile. */
async function publish(from, url, remedy) {
  const content = await readFile(from).catch((error) => {
    throw new MissingInput(`${from}: ${error.code === 'ENOENT' ? 'missing' : error.message}; ${remedy}`);
  });
  const to = join(PUBLIC, url);
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { name: basename(from), url, sizeBytes: content.length, sha256 };
}

function sizeInBytes(text) {
  const [, digits, unit] = /^(\d+)([KMG])$/.exec(text) ?? [];
  if (!digits) throw new MissingInput(`images/manifest.json: memory ${text}: should be like 128M`);
  return Number(digits) * { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[unit];
}

/** An image with a kernel is a demo; its firmware may be another image. */
async function demoOf(image, manifest) {
  const firmware = manifest.images.find(({ name }) => name === image.bios);
  const files = {};
  for (const { role, path } of [...image.files, ...(firmware?.files ?? [])]) {
    files[role] = await publish(join(IMAGES, path), `images/${path}`, 'build it with images/build');
  }
  return {
    id: image.name,
    title: image.title,
    board: image.board,
    memoryBytes: sizeInBytes(image.memory),
    append: image.cmdline,
    files,
  };
}

async function main() {
  for (const made of ['core', 'images', 'assets.json'])
    await rm(join(PUBLIC, made), { recursive: true, force: true });
  const remedy = 'build the core first: cmake --preset wasm && cmake --build --preset wasm';
  const core = {
    script: await publish(join(CORE, 'emboard.js'), 'core/emboard.js', remedy),
    wasm: await publish(join(CORE, 'emboard.wasm'), 'core/emboard.wasm', remedy),
  };
  const manifest = JSON.parse(await readFile(join(IMAGES, 'manifest.json'), 'utf8'));
  const bootable = manifest.images.filter(({ files }) => files.some(({ role }) => role === 'kernel'));
  const demos = await Promise.all(bootable.map((image) => demoOf(image, manifest)));
  await writeFile(join(PUBLIC, 'assets.json'), `${JSON.stringify({ core, demos }, null, 2)}\n`);
  console.log(
    `assets: core ${(core.wasm.sizeBytes / 1024).toFixed(0)} KiB, demos: ${demos.map(({ id }) => id).join(', ')}`,
  );
}

try {
  await main();
} catch (error) {
  if (!(error instanceof MissingInput)) throw error;
  console.error(`assets: ${error.message}`);
  process.exitCode = 2;
}
