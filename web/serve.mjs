#!/usr/bin/env node
// Serves a folder of static files on 127.0.0.1, with the types browsers insist on. Node's standard library only.
//   node web/serve.mjs [--port N] [dir]     port 0, the default, is any free one; dir is web/dist

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/** The file a request means, or null. Never outside `root`. */
async function findFile(root, requestUrl) {
  let path;
  try {
    path = decodeURIComponent(new URL(requestUrl, 'http://localhost').pathname);
  } catch {
    return null; // not a URL
  }
  if (path.includes('\0')) return null;
  let file = resolve(join(root, path));
  if (file !== root && !file.startsWith(root + sep)) return null;
  try {
    let found = await stat(file);
    if (found.isDirectory()) {
      file = join(file, 'index.html');
      found = await stat(file);
    }
    return { file, size: found.size, tag: `"${found.size.toString(36)}-${found.mtimeMs.toString(36)}"` };
  } catch {
    return null;
  }
}

async function answer(root, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    return;
  }
  const found = await findFile(root, request.url);
  if (!found) {
    response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('Not found\n');
    return;
  }
  const headers = {
    'Content-Type': TYPES[extname(found.file)] ?? 'application/octet-stream',
    'Cache-Control': 'no-cache', // kept, but asked about: the answer is usually 304
    ETag: found.tag,
    'X-Content-Type-Options': 'nosniff',
    // Cross-origin isolation: finer clocks now, threads later.
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
  if (request.headers['if-none-match'] === found.tag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, 'Content-Length': found.size });
  if (request.method === 'HEAD') response.end();
  else
    createReadStream(found.file)
      .on('error', () => response.destroy())
      .pipe(response);
}

/** Resolves to the server and its URL once it listens. */
export function serve(dir, port = 0) {
  const root = resolve(dir);
  const server = createServer((request, response) => {
    answer(root, request, response).catch(() => response.destroy());
  });
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () =>
      done({ server, url: `http://127.0.0.1:${server.address().port}/` }),
    );
  });
}

function parseArguments(args) {
  const dist = fileURLToPath(new URL('dist', import.meta.url));
  const options = { port: 0, dir: dist };
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--port') options.port = Number(args[++i]);
    else if (args[i].startsWith('-'))
      throw new Error(`${args[i]}: no such option; usage: serve.mjs [--port N] [dir]`);
    else options.dir = args[i];
  }
  if (!Number.isInteger(options.port) || options.port < 0 || options.port > 65535) {
    throw new Error('--port: should be a number from 0 (any free one) to 65535');
  }
  return options;
}

async function main() {
  const { dir, port } = parseArguments(process.argv.slice(2));
  const index = await findFile(resolve(dir), '/');
  if (!index)
    throw new Error(`${dir}: no index.html in it; build the page first: npm --prefix web run build`);
  const { url } = await serve(dir, port);
  console.log(url);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(
      `serve: ${error.code === 'EADDRINUSE' ? `port in use: ${error.port}; --port 0 takes a free one` : error.message}`,
    );
    process.exitCode = 2;
  });
}
