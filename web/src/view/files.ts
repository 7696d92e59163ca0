// The rows of the boot files: what each role boots from, the demo's file or the user's own.

import type { FileRole, FileSource, RemoteFile } from '../protocol';
import { formatBytes, make } from './dom';

const ROLES: [role: FileRole, label: string][] = [
  ['kernel', 'Kernel'],
  ['initrd', 'RAM disk'],
  ['bios', 'Firmware'],
];

export type Files = Partial<Record<FileRole, FileSource>>;

/** What a dropped file most likely is. */
export function guessRole(name: string, head: Uint8Array): FileRole | 'snapshot' {
  const magic = new TextDecoder('latin1').decode(head.subarray(0, 7));
  if (/\.(snap|snapshot)$/i.test(name) || magic === 'EMBSNAP') return 'snapshot';
  if (/^(initr|initramfs)|\.cpio(\.|$)/i.test(name) || magic.startsWith('07070')) return 'initrd';
  if (/^(fw_|u-boot|opensbi|bios)/i.test(name)) return 'bios';
  return 'kernel';
}

/** Keeps the user's choices apart from the demo's files, so that each can be taken back. */
export class FileRows {
  #demo: Partial<Record<FileRole, RemoteFile>> = {};
  #own: Files = {};
  #left = new Set<FileRole>();

  constructor(private readonly list: HTMLElement) {
    this.#draw();
  }

  /** Another machine was picked: its own files, and none of the choices made for the one before. */
  setDemo(files: Partial<Record<FileRole, RemoteFile>>): void {
    this.#demo = files;
    this.#own = {};
    this.#left.clear();
    this.#draw();
  }

  setOwn(role: FileRole, name: string, bytes: ArrayBuffer): void {
    this.#own[role] = { name, bytes };
    this.#draw();
  }

  chosen(): Files {
    const files: Files = {};
    for (const [role] of ROLES) {
      const source = this.#own[role] ?? (this.#left.has(role) ? undefined : this.#demo[role]);
      if (source) files[role] = source;
    }
    return files;
  }

  #draw(): void {
    const chosen = this.chosen();
    this.list.replaceChildren(...ROLES.map(([role, label]) => this.#row(role, label, chosen[role])));
  }

  #row(role: FileRole, label: string, source: FileSource | undefined): HTMLElement {
    const size = source && ('bytes' in source ? source.bytes.byteLength : source.sizeBytes);
    const name = make('span', {
      className: source && 'bytes' in source ? 'name own' : 'name',
      textContent: source?.name ?? 'none',
      title: source?.name ?? '',
    });
    const text = size === undefined ? label : `${label} · ${formatBytes(size)}`;
    const what = make('div', { className: 'what' }, [
      name,
      make('span', { className: 'quiet', textContent: text }),
    ]);
    return make('div', { className: 'file' }, [
      what,
      this.#chooser(role, label),
      this.#remover(role, label, source),
    ]);
  }

  #chooser(role: FileRole, label: string): HTMLElement {
    const input = make('input', { type: 'file', id: `file-${role}`, ariaLabel: `Choose a file: ${label}` });
    input.onchange = async () => {
      const file = input.files?.[0];
      if (!file) return;
      this.setOwn(role, file.name, await file.arrayBuffer());
      document.getElementById(`file-${role}`)?.focus();
    };
    return make('label', { className: 'file-button' }, [input, make('span', { textContent: 'Choose…' })]);
  }

  /** One step back: from the user's file to the demo's, from the demo's to none, from none to the demo's. */
  #remover(role: FileRole, label: string, source: FileSource | undefined): HTMLButtonElement {
    const own = this.#own[role] !== undefined;
    const restore = !source && this.#demo[role] !== undefined;
    const button = make('button', {
      type: 'button',
      textContent: restore ? '↺' : '✕',
      title: restore ? 'Use the demo’s file' : 'Remove',
      ariaLabel: `${restore ? 'Use the demo’s file' : 'Remove'}: ${label}`,
      disabled: !source && !restore,
    });
    button.onclick = () => {
      if (own) delete this.#own[role];
      else if (restore) this.#left.delete(role);
      else this.#left.add(role);
      this.#draw();
      document.getElementById(`file-${role}`)?.focus();
    };
    return button;
  }
}
