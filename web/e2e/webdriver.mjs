// As much of a WebDriver client as the WebKitGTK test needs: https://www.w3.org/TR/webdriver2/

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

/** WebDriver, "Elements": the key of a reference to an element. */
const ELEMENT_KEY = 'element-6066-11e4-a52e-4f735466cecf';

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export class WebDriver {
  /** Starts `command` with the port it is to listen on as the last argument, and opens a session. */
  static async start(command, args, env, capabilities) {
    const driver = new WebDriver();
    const port = await freePort();
    driver.base = `http://127.0.0.1:${port}`;
    // A group of its own, so that close() ends the X server and the browser too.
    driver.process = spawn(command, [...args, String(port)], {
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, ...env },
    });
    await driver.#ready();
    const { sessionId } = await driver.call('POST', '/session', {
      capabilities: { alwaysMatch: capabilities },
    });
    driver.base += `/session/${sessionId}`;
    return driver;
  }

  async call(method, path, body) {
    const reply = await fetch(this.base + path, { method, body: body && JSON.stringify(body) });
    const { value } = await reply.json();
    if (value?.error) throw new Error(`${path}: ${value.message || value.error}`);
    return value;
  }

  open(url) {
    return this.call('POST', '/url', { url });
  }

  execute(script) {
    return this.call('POST', '/execute/sync', { script, args: [] });
  }

  async type(selector, text) {
    const found = await this.call('POST', '/element', { using: 'css selector', value: selector });
    await this.call('POST', `/element/${found[ELEMENT_KEY]}/value`, { text });
  }

  async screenshot() {
    return Buffer.from(await this.call('GET', '/screenshot'), 'base64');
  }

  async close() {
    try {
      await this.call('DELETE', '');
    } finally {
      process.kill(-this.process.pid);
    }
  }

  async #ready() {
    for (let tries = 0; tries < 100; tries++) {
      const status = await this.call('GET', '/status').catch(() => null);
      if (status?.ready) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    process.kill(-this.process.pid);
    throw new Error('the WebDriver server did not start within 10 s');
  }
}
