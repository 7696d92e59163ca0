// Save and load the whole machine as a file.

import type { MachineController } from '../controller';
import { element, saveFile } from './dom';

export class Snapshots {
  readonly #save = element('snapshot-save', HTMLButtonElement);
  readonly #load = element('snapshot-load', HTMLInputElement);

  constructor(private readonly controller: MachineController) {
    this.#save.onclick = () => controller.send({ type: 'saveSnapshot' });
    this.#load.onchange = async () => {
      const file = this.#load.files?.[0];
      if (file) this.load(file.name, await file.arrayBuffer());
      this.#load.value = ''; // so that choosing the same file again counts
    };
    controller.listen((message) => {
      if (message.type === 'snapshot') saveFile(`${this.#name()}.snapshot`, message.bytes);
      if (message.type !== 'phase') return;
      this.#save.disabled = message.phase !== 'running' && message.phase !== 'paused';
      this.#load.disabled = message.phase === 'loading';
    });
  }

  load(name: string, bytes: ArrayBuffer): void {
    this.controller.send({ type: 'loadSnapshot', name, bytes }, [bytes]);
  }

  #name(): string {
    const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
    return `emboard-${this.controller.request?.board ?? 'machine'}-${time}`;
  }
}
