import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RemoteFile } from '../src/protocol';
import { Downloads } from '../src/worker/download';

const CONTENT = new TextEncoder().encode('the kernel');
const FILE: RemoteFile = {
  name: 'Image',
  url: 'images/Image',
  sizeBytes: CONTENT.length,
  sha256: createHash('sha256').update(CONTENT).digest('hex'),
};

function answerWith(...answers: (() => Response)[]) {
  const fetched: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    fetched.push(url);
    const answer = answers.shift();
    if (!answer) throw new TypeError('Failed to fetch');
    return answer();
  });
  return fetched;
}

function downloads(onProgress = (_loadedBytes: number, _totalBytes: number) => {}) {
  return new Downloads('http://host/page/', onProgress);
}

afterEach(() => vi.unstubAllGlobals());

describe('Downloads', () => {
  it('fetches a file once, relative to the page and by its hash', async () => {
    const fetched = answerWith(() => new Response(CONTENT));
    const all = downloads();
    expect(await all.get(FILE)).toEqual(CONTENT);
    expect(await all.get(FILE)).toEqual(CONTENT);
    expect(fetched).toEqual([`http://host/page/images/Image?v=${FILE.sha256.slice(0, 16)}`]);
  });

  it('counts bytes of all files together', async () => {
    answerWith(
      () => new Response(CONTENT),
      () => new Response(CONTENT),
    );
    const seen: number[][] = [];
    const all = downloads((...counts) => seen.push(counts));
    await Promise.all([all.get(FILE), all.get({ ...FILE, url: 'other' })]);
    expect(seen.at(-1)).toEqual([20, 20]);
  });

  it.each([
    ['a short file', () => new Response(CONTENT.slice(1)), 'Image: the server sent 9 of 10 bytes'],
    ['another file', () => new Response('THE KERNEL'), 'Image: the file on the server is not the one'],
    [
      'an error',
      () => new Response('', { status: 404, statusText: 'Not Found' }),
      'Image: the server answered 404',
    ],
  ])('refuses %s, and tries again the next time', async (_, answer, message) => {
    answerWith(answer, () => new Response(CONTENT));
    const all = downloads();
    await expect(all.get(FILE)).rejects.toThrow(message);
    expect(await all.get(FILE)).toEqual(CONTENT);
  });

  it('says when there is no network', async () => {
    answerWith();
    await expect(downloads().get(FILE)).rejects.toThrow('Image: no answer from the server');
  });

  it('takes the user’s own file as it is', async () => {
    expect(await downloads().get({ name: 'x', bytes: CONTENT.buffer })).toEqual(CONTENT);
  });
});
