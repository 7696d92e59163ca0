// The boot in Firefox (SpiderMonkey), over WebDriver BiDi: Playwright cannot drive Debian's Firefox.

import { after, before, describe, it } from 'node:test';
import puppeteer from 'puppeteer-core';
import { PROMPT, poll, SHOTS, WAIT_MS } from './page.mjs';

export function defineTests(url) {
  describe('Firefox', () => {
    let browser;
    let page;
    before(async () => {
      const executablePath = process.env.EMBOARD_FIREFOX ?? '/usr/bin/firefox-esr';
      browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true });
      page = await browser.newPage();
      await page.setViewport({ width: 1280, height: 800 });
    });
    after(() => browser?.close());

    const text = () => page.evaluate(() => globalThis.emboard?.console.text() ?? '');
    const see = (wanted) => poll(async () => (await text()).includes(wanted), `'${wanted}'`, text);

    it('boots to the prompt', { timeout: 2 * WAIT_MS }, async (t) => {
      const startMs = performance.now();
      await page.goto(url);
      await see(PROMPT);
      t.diagnostic(`navigation to prompt: ${((performance.now() - startMs) / 1000).toFixed(2)} s`);
      await page.screenshot({ path: `${SHOTS}/firefox-prompt.png` });
    });

    it('answers a typed command', { timeout: WAIT_MS }, async () => {
      await page.focus('.xterm-helper-textarea');
      await page.keyboard.type('echo answer $((6 * 7))\r');
      await see('\nanswer 42');
    });
  });
}
