// Files dropped anywhere on the page.

import { element } from './dom';
import { guessRole } from './files';
import type { Settings } from './settings';
import type { Snapshots } from './snapshots';

export function acceptDrops(settings: Settings, snapshots: Snapshots, opened: () => void): void {
  const overlay = element('drop', HTMLElement);
  let depth = 0; // enter and leave come for every element on the way
  const show = (change: number) => {
    depth = Math.max(depth + change, 0);
    overlay.hidden = depth === 0;
  };
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  document.addEventListener('dragenter', (event) => hasFiles(event) && show(1));
  document.addEventListener('dragleave', (event) => hasFiles(event) && show(-1));
  document.addEventListener('dragover', (event) => hasFiles(event) && event.preventDefault());
  document.addEventListener('drop', async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    show(-depth);
    for (const file of event.dataTransfer?.files ?? []) {
      const bytes = await file.arrayBuffer();
      const role = guessRole(file.name, new Uint8Array(bytes, 0, Math.min(8, bytes.byteLength)));
      if (role === 'snapshot') {
        snapshots.load(file.name, bytes);
      } else {
        settings.files.setOwn(role, file.name, bytes);
        opened();
      }
    }
  });
}
