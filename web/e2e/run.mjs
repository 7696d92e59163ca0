// The browser tests: the built page in dist/, served as any static server would, in real browsers.
//   node e2e/run.mjs [chromium] [firefox] [webkit]        all three when none is named
// Screenshots go to build/e2e/. The snapshot test wants the native program in build/native (or EMBOARD_NATIVE).

import { mkdir } from 'node:fs/promises';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { serve } from '../serve.mjs';
import { SHOTS } from './page.mjs';

const BROWSERS = ['chromium', 'firefox', 'webkit'];

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !BROWSERS.includes(name));
if (unknown) {
  console.error(`e2e: ${unknown}: should be one of ${BROWSERS.join(', ')}`);
  process.exit(2);
}
await mkdir(SHOTS, { recursive: true });
const { server, url } = await serve(fileURLToPath(new URL('../dist', import.meta.url)));
for (const name of wanted.length > 0 ? wanted : BROWSERS) {
  const { defineTests } = await import(`./${name}.mjs`);
  defineTests(url);
}
after(() => server.close());
