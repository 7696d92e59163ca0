// assets.json: what the build put beside the page (scripts/assets.mjs writes it).

import type { CoreAssets, FileRole, RemoteFile } from './protocol';

/** A machine that boots without the user's own files. */
export interface Demo {
  id: string;
  title: string;
  board: string;
  memoryBytes: number;
  append: string;
  files: Partial<Record<FileRole, RemoteFile>>;
}

export interface Assets {
  core: CoreAssets;
  demos: Demo[];
}

export async function loadAssets(baseUrl: string): Promise<Assets> {
  const url = new URL('assets.json', baseUrl);
  const response = await fetch(url, { cache: 'no-cache' });
  if (!response.ok) throw new Error(`assets.json: the server answered ${response.status}`);
  return (await response.json()) as Assets;
}
