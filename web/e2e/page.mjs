// What the tests of all browsers know of the page. The functions given to evaluate() run inside it.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const SHOTS = `${ROOT}build/e2e`;

const manifest = JSON.parse(await readFile(`${ROOT}images/manifest.json`, 'utf8'));
export const DEMO = manifest.images.find(({ files }) => files.some(({ role }) => role === 'kernel'));

/** Trailing spaces are not part of a terminal's text. */
export const PROMPT = DEMO.prompt.trimEnd();

/** The criterion is 10 s on a machine to itself; EMBOARD_SLOW_FACTOR stretches all waits on a busy one. */
const SLOW = Number(process.env.EMBOARD_SLOW_FACTOR ?? 1);
export const BOOT_LIMIT_MS = 10_000 * SLOW;
export const WAIT_MS = 60_000 * SLOW;

export function demoFile(role) {
  return `${ROOT}images/${DEMO.files.find((file) => file.role === role).path}`;
}

/** Asks until the answer is truthy; `describe` says what was seen instead. */
export async function poll(ask, what, describe = () => '', timeoutMs = WAIT_MS) {
  const startMs = performance.now();
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() - startMs > timeoutMs) {
      throw new Error(`no ${what} within ${timeoutMs / 1000} s; the page shows:\n${await describe()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
