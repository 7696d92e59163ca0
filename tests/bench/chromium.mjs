#!/usr/bin/env node
// Boots one initial RAM disk in the built page, in headless Chromium, and prints its console until `bench done`.
//   node tests/bench/chromium.mjs INITRD APPEND [MEMORY_MIB]
// The first line is `page booted SECONDS`: from the click on "Boot" to the guest's `bench booted`.

import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from '../../web/serve.mjs';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const WAIT_MS = 600_000;

async function measure(page, url, [initrd, append, memory]) {
  const waitFor = (text) =>
    page.waitForFunction((part) => globalThis.emboard?.console.text().includes(part), text, {
      timeout: WAIT_MS,
      polling: 20,
    });
  await page.goto(url);
  await waitFor('OpenSBI');
  await page.setInputFiles('#file-initrd', initrd);
  await page.fill('#append', append);
  if (memory) await page.fill('#memory', memory);
  const startMs = performance.now();
  await page.click('#boot');
  await waitFor('bench booted');
  console.log(`page booted ${((performance.now() - startMs) / 1000).toFixed(3)}`);
  await waitFor('bench done');
  console.log(await page.evaluate(() => globalThis.emboard.console.text()));
}

const { server, url } = await serve(fileURLToPath(new URL('../../web/dist', import.meta.url)));
const profile = await mkdtemp(join(tmpdir(), 'emboard-bench-'));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.EMBOARD_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
});
try {
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(WAIT_MS);
  await measure(page, url, process.argv.slice(2));
} finally {
  await context.close();
  await rm(profile, { recursive: true, force: true });
  server.close();
}
