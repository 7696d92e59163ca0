// The boot in WebKitGTK (JavaScriptCore, Safari's engine), over plain WebDriver.

import { writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { PROMPT, poll, SHOTS, WAIT_MS } from './page.mjs';
import { WebDriver } from './webdriver.mjs';

const BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';

export function defineTests(url) {
  describe('WebKitGTK', () => {
    let driver;
    before(async () => {
      const binary = process.env.EMBOARD_WEBKIT ?? BROWSER;
      // Its sandbox does not work in containers, its compositing not under Xvfb.
      const env = { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', WEBKIT_DISABLE_COMPOSITING_MODE: '1' };
      driver = await WebDriver.start('xvfb-run', ['-a', 'WebKitWebDriver', '-p'], env, {
        'webkitgtk:browserOptions': { binary, args: ['--automation'] },
      });
    });
    after(() => driver?.close());

    const text = () => driver.execute("return globalThis.emboard?.console.text() ?? ''");
    const see = (wanted) => poll(async () => (await text()).includes(wanted), `'${wanted}'`, text);

    it('boots to the prompt', { timeout: 2 * WAIT_MS }, async (t) => {
      const startMs = performance.now();
      await driver.open(url);
      await see(PROMPT);
      t.diagnostic(`navigation to prompt: ${((performance.now() - startMs) / 1000).toFixed(2)} s`);
      await writeFile(`${SHOTS}/webkit-prompt.png`, await driver.screenshot());
    });

    it('answers a typed command', { timeout: WAIT_MS }, async () => {
      await driver.type('.xterm-helper-textarea', 'echo answer $((6 * 7))\n');
      await see('\nanswer 42');
    });
  });
}
