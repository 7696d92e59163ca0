// The whole list of what the page must do, in Chromium.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { BOOT_LIMIT_MS, DEMO, demoFile, PROMPT, ROOT, SHOTS, WAIT_MS } from './page.mjs';

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page with its own fresh profile, and words for what the tests do with it. */
class Tab {
  static async open(url, options = {}) {
    const tab = new Tab();
    tab.url = url;
    tab.profile = await mkdtemp(join(tmpdir(), 'emboard-e2e-'));
    tab.context = await chromium.launchPersistentContext(tab.profile, {
      executablePath: process.env.EMBOARD_CHROMIUM ?? '/usr/bin/chromium',
      args: ARGUMENTS,
      viewport: { width: 1280, height: 800 },
      acceptDownloads: true,
      ...options,
    });
    tab.page = tab.context.pages()[0] ?? (await tab.context.newPage());
    tab.page.setDefaultTimeout(WAIT_MS);
    tab.errors = [];
    tab.page.on('pageerror', (error) => tab.errors.push(error.message));
    tab.page.on('console', (message) => message.type() === 'error' && tab.errors.push(message.text()));
    return tab;
  }

  async close() {
    await this.context.close();
    await rm(this.profile, { recursive: true, force: true });
  }

  text() {
    return this.page.evaluate(() => globalThis.emboard?.console.text() ?? '');
  }

  async see(wanted, timeout = WAIT_MS) {
    const waits = (part) => globalThis.emboard?.console.text().includes(part);
    try {
      await this.page.waitForFunction(waits, wanted, { timeout, polling: 50 });
    } catch {
      assert.fail(`no '${wanted}' on the console within ${timeout} ms; it shows:\n${await this.text()}`);
    }
  }

  /** Opens the page anew; returns the milliseconds until the prompt. */
  async boot(timeout) {
    const startMs = performance.now();
    await this.page.goto(this.url);
    await this.see(PROMPT, timeout);
    return performance.now() - startMs;
  }

  /** Waits until what was on the console before is gone. */
  async seeCleared() {
    const shows = (part) => !globalThis.emboard.console.text().includes(part);
    await this.page.waitForFunction(shows, PROMPT, { polling: 20 });
  }

  async status(wanted) {
    await this.page.waitForFunction((text) => document.querySelector('#status').textContent === text, wanted);
  }

  shot(name) {
    return this.page.screenshot({ path: `${SHOTS}/${name}.png` });
  }
}

/** A file of the native program, taken in the middle of the same boot. */
async function nativeSnapshot(folder) {
  const program = process.env.EMBOARD_NATIVE ?? `${ROOT}build/native/emboard`;
  await stat(program).catch(() =>
    assert.fail(`${program}: missing; build it: cmake --build --preset native`),
  );
  const file = join(folder, 'native.snapshot');
  const files = ['-kernel', demoFile('kernel'), '-initrd', demoFile('initrd')];
  const machine = [
    '-M',
    DEMO.board,
    '-m',
    DEMO.memory,
    '-append',
    DEMO.cmdline,
    '-nographic',
    '-icount',
    '3',
  ];
  const stop = ['-snapshot-at', `instructions=40000000,file=${file},quit=on`];
  const run = promisify(execFile)(program, [...machine, ...files, ...stop], { timeout: WAIT_MS });
  run.child.stdin.end();
  await run;
  return file;
}

export function defineTests(url) {
  describe('Chromium', () => {
    let tab;
    before(async () => {
      tab = await Tab.open(url);
    });
    after(() => tab?.close());

    it('boots to the prompt within 10 s of navigation', async (t) => {
      const ms = await tab.boot(BOOT_LIMIT_MS);
      t.diagnostic(`navigation to prompt: ${(ms / 1000).toFixed(2)} s`);
      await tab.status('Running');
      await tab.shot('desktop-prompt');
    });

    it('answers a typed command', async () => {
      await tab.page.keyboard.type('echo answer $((6 * 7))\n');
      await tab.see('\nanswer 42');
    });

    it('pauses and resumes', async () => {
      const instructions = () => tab.page.evaluate(() => globalThis.emboard.controller.speed?.instructions);
      await tab.page.click('#run');
      await tab.status('Paused');
      await tab.shot('desktop-paused');
      await tab.page.focus('.xterm-helper-textarea');
      await tab.page.keyboard.type('echo after $((20 + 3))\n');
      const before = await instructions();
      await tab.page.waitForTimeout(700);
      assert.equal(await instructions(), before);
      assert.ok(!(await tab.text()).includes('\nafter 23'));
      await tab.page.click('#run');
      await tab.see('\nafter 23');
    });

    it('shows the speed while the machine is busy, and idle afterwards', async () => {
      await tab.page.focus('.xterm-helper-textarea');
      await tab.page.keyboard.type(
        'i=0; while [ $i -lt 30000 ]; do i=$((i + 1)); done; echo done $((1 + 1))\n',
      );
      await tab.page.waitForFunction(() => /^[\d.]+ MIPS/.test(document.querySelector('#speed').textContent));
      await tab.shot('desktop-busy');
      await tab.see('\ndone 2');
      await tab.page.waitForFunction(() => document.querySelector('#speed').textContent === 'idle');
    });

    it('resets to a new prompt', async () => {
      await tab.page.click('#reset');
      await tab.seeCleared();
      await tab.see(PROMPT);
    });

    it('boots again after a reload', async () => {
      await tab.page.reload();
      await tab.see(PROMPT);
    });

    it('says when the guest has powered off, and starts again', async () => {
      await tab.page.keyboard.type('poweroff\n');
      await tab.status('Off');
      await tab.shot('desktop-off');
      assert.match(await tab.page.textContent('#finished-text'), /powered off\.$/);
      await tab.page.click('#finished-restart');
      await tab.seeCleared();
      await tab.see(PROMPT);
      assert.ok(!(await tab.page.isVisible('#finished')));
    });

    it('explains a broken kernel, and goes back to the demo', async () => {
      const buffer = Buffer.from('This is not a kernel. '.repeat(500));
      await tab.page.setInputFiles('#file-kernel', { name: 'holiday.jpg', mimeType: 'image/jpeg', buffer });
      await tab.page.click('#boot');
      await tab.page.waitForSelector('#failure:not([hidden])');
      await tab.status('Failed');
      assert.match(await tab.page.textContent('#failure-message'), /^holiday\.jpg: /);
      assert.ok((await tab.page.locator('#failure-advice li').count()) > 0);
      assert.ok(await tab.page.isVisible('#failure-tail'));
      await tab.shot('desktop-broken-kernel');
      await tab.page.click('#failure-retry');
      await tab.see('OpenSBI'); // the firmware runs; what it starts is up to the user
      await tab.page.setInputFiles('#file-kernel', {
        name: 'empty.bin',
        mimeType: 'x',
        buffer: Buffer.alloc(0),
      });
      await tab.page.click('#boot');
      await tab.page.waitForSelector('#failure:not([hidden])');
      await tab.page.click('#failure-demo');
      await tab.see(PROMPT);
      assert.ok(!(await tab.page.isVisible('#failure')));
    });

    it('explains a gzip’d kernel that is cut short', async () => {
      const buffer = (await readFile(demoFile('kernel'))).subarray(0, 100_000);
      await tab.page.setInputFiles('#file-kernel', {
        name: 'Image.gz',
        mimeType: 'application/gzip',
        buffer,
      });
      await tab.page.click('#boot');
      await tab.page.waitForSelector('#failure:not([hidden])');
      assert.match(await tab.page.textContent('#failure-message'), /^Image\.gz: .*cut short/);
    });

    it('boots one’s own kernel with one’s own command line', async () => {
      const buffer = gunzipSync(await readFile(demoFile('kernel')));
      await tab.page.setInputFiles('#file-kernel', { name: 'my-own-Image', mimeType: 'x', buffer });
      await tab.page.fill('#append', `${DEMO.cmdline} my.own=word`);
      await tab.page.click('#boot');
      await tab.see(PROMPT);
      await tab.page.keyboard.type('cat /proc/cmdline\n');
      await tab.see(`\n${DEMO.cmdline} my.own=word`);
      assert.match(await tab.page.textContent('#files'), /my-own-Image/);
    });

    it('takes dropped files', async () => {
      const data = await tab.page.evaluateHandle(() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(['070701'], 'rootfs.cpio'));
        return transfer;
      });
      await tab.page.dispatchEvent('#screen', 'dragenter', { dataTransfer: data });
      assert.ok(await tab.page.isVisible('#drop'));
      await tab.shot('desktop-drop');
      await tab.page.dispatchEvent('#screen', 'drop', { dataTransfer: data });
      await tab.page.waitForFunction(() =>
        document.querySelector('#files').textContent.includes('rootfs.cpio'),
      );
      assert.ok(!(await tab.page.isVisible('#drop')));
    });

    it('saves a snapshot and continues from it in a fresh page', async () => {
      await tab.boot();
      await tab.page.keyboard.type('word=kept; echo set $((5 * 5))\n');
      await tab.see('\nset 25');
      const [download] = await Promise.all([
        tab.page.waitForEvent('download'),
        tab.page.click('#snapshot-save'),
      ]);
      const file = join(tab.profile, 'page.snapshot');
      await download.saveAs(file);
      await tab.boot();
      await tab.page.setInputFiles('#snapshot-load', file);
      await tab.seeCleared();
      await tab.page.focus('.xterm-helper-textarea');
      await tab.page.keyboard.type('echo $word\n');
      await tab.see('\nkept');
    });

    it('continues from a snapshot that the native program saved', async () => {
      const file = await nativeSnapshot(tab.profile);
      await tab.boot();
      await tab.page.setInputFiles('#snapshot-load', file);
      await tab.seeCleared();
      await tab.see(PROMPT);
      assert.ok(!(await tab.text()).includes('OpenSBI'), 'the boot began anew');
      await tab.page.focus('.xterm-helper-textarea');
      await tab.page.keyboard.type('echo alive $((2 + 2))\n');
      await tab.see('\nalive 4');
    });

    it('refuses a damaged snapshot and goes on', async () => {
      const buffer = Buffer.from('EMBSNAP\x1a and then nonsense');
      await tab.page.setInputFiles('#snapshot-load', { name: 'bad.snapshot', mimeType: 'x', buffer });
      await tab.page.waitForSelector('#failure:not([hidden])');
      assert.match(await tab.page.textContent('#failure-message'), /^bad\.snapshot: /);
      await tab.shot('desktop-bad-snapshot');
      await tab.page.keyboard.press('Escape');
      assert.ok(!(await tab.page.isVisible('#failure')));
      await tab.page.keyboard.type('echo still $((40 + 4))\n');
      await tab.see('\nstill 44');
    });

    it('can be used with the keyboard alone', async () => {
      const focused = () => tab.page.evaluate(() => document.activeElement.id);
      await tab.page.focus('.xterm-helper-textarea');
      await tab.page.keyboard.press('F6');
      assert.equal(await focused(), 'machine');
      await tab.page.keyboard.press('Tab');
      assert.equal(await focused(), 'run');
      await tab.page.keyboard.press('Enter');
      await tab.status('Paused');
      await tab.page.keyboard.press('Enter');
      await tab.status('Running');
      await tab.page.keyboard.press('Tab');
      assert.equal(await focused(), 'reset');
      await tab.page.keyboard.press('F6');
      await tab.page.keyboard.type('echo keys $((3 * 3))\n');
      await tab.see('\nkeys 9');
    });

    it('had no errors on the way', () => assert.deepEqual(tab.errors, []));
  });

  describe('Chromium, at the size of a phone', () => {
    let tab;
    before(async () => {
      tab = await Tab.open(url, { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
    });
    after(() => tab?.close());

    it('boots, and fits', async () => {
      await tab.boot();
      await tab.shot('phone-prompt');
      const overflow = await tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${overflow} px too wide`);
    });

    it('has the keys that a phone lacks', async () => {
      await tab.page.tap('.xterm-screen');
      await tab.page.keyboard.type('sleep 1000\n');
      await tab.see('sleep 1000');
      await tab.page.tap('#keys >> text=Ctrl');
      await tab.page.keyboard.type('c');
      await tab.see('^C');
    });

    it('opens the settings over the console', async () => {
      await tab.page.tap('#settings-toggle');
      await tab.shot('phone-settings');
      assert.ok(await tab.page.isVisible('#boot'));
    });

    it('shows what went wrong', async () => {
      const buffer = Buffer.from('not a kernel');
      await tab.page.setInputFiles('#file-kernel', { name: 'holiday.jpg', mimeType: 'image/jpeg', buffer });
      await tab.page.tap('#boot');
      await tab.page.waitForSelector('#failure:not([hidden])');
      await tab.shot('phone-broken-kernel');
      await tab.page.tap('#failure-demo');
      await tab.see(PROMPT);
    });

    it('says when the guest has powered off', async () => {
      await tab.page.keyboard.type('poweroff\n');
      await tab.status('Off');
      await tab.shot('phone-off');
    });

    it('had no errors on the way', () => assert.deepEqual(tab.errors, []));
  });
}
