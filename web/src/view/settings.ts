// The settings beside the console: which machine, with what memory, command line and files.

import type { Demo } from '../assets';
import type { Board, MachineRequest } from '../protocol';
import { element, make } from './dom';
import { FileRows } from './files';

const MIB = 1024 * 1024;
/** The module's allocator cannot give 2 GiB in one piece. */
const MOST_GUEST_MIB = 2000;

export class Settings {
  readonly files = new FileRows(element('files', HTMLElement));
  readonly #form = element('form', HTMLFormElement);
  readonly #picker = element('machine', HTMLSelectElement);
  readonly #memory = element('memory', HTMLInputElement);
  readonly #cpus = element('cpus', HTMLInputElement);
  readonly #append = element('append', HTMLTextAreaElement);
  #boards: Board[] = [];
  #demos: Demo[] = [];

  constructor(onBoot: (request: MachineRequest) => void) {
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      onBoot(this.request());
    };
    this.#append.onkeydown = (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault(); // a command line has one line
      this.#form.requestSubmit();
    };
    this.#picker.onchange = () => {
      this.#show(this.#picker.value);
      if (this.#demo) onBoot(this.request());
      else this.focus();
    };
  }

  /** The demos come first and boot at once; the boards come when the core has told which it has. */
  setDemos(demos: Demo[]): void {
    this.#demos = demos;
    this.#fillPicker();
  }

  setBoards(boards: Board[]): void {
    this.#boards = boards;
    this.#fillPicker();
    element('boot', HTMLButtonElement).disabled = false;
  }

  /** The first demo's machine, as the page starts with it. */
  pickDemo(): MachineRequest | undefined {
    const demo = this.#demos[0];
    if (!demo) return undefined;
    this.#picker.value = `demo:${demo.id}`;
    this.#show(this.#picker.value);
    return this.request();
  }

  request(): MachineRequest {
    return {
      board: this.#demo?.board ?? this.#board?.name ?? '',
      memoryBytes: this.#memory.valueAsNumber * MIB,
      cpus: this.#cpus.valueAsNumber,
      append: this.#append.value.trim(),
      files: this.files.chosen(),
    };
  }

  focus(): void {
    element('settings', HTMLElement).focus();
  }

  get #demo(): Demo | undefined {
    return this.#demos.find(({ id }) => this.#picker.value === `demo:${id}`);
  }

  get #board(): Board | undefined {
    const name = this.#demo?.board ?? this.#picker.value.replace(/^board:/, '');
    return this.#boards.find((board) => board.name === name);
  }

  #fillPicker(): void {
    const kept = this.#picker.value;
    const demos = this.#demos.map(({ id, title, board }) =>
      make('option', { value: `demo:${id}`, textContent: `${title} (${board})` }),
    );
    const boards = this.#boards.map(({ name, title }) =>
      make('option', { value: `board:${name}`, textContent: `${name}: ${title}` }),
    );
    this.#picker.replaceChildren(
      make('optgroup', { label: 'Ready to boot' }, demos),
      make('optgroup', { label: 'Boards, with your own files' }, boards),
    );
    this.#picker.disabled = false;
    if (kept && this.#picker.querySelector(`[value="${CSS.escape(kept)}"]`)) this.#picker.value = kept;
    this.#showBoard();
  }

  /** Fills the fields in for a machine picked anew. */
  #show(choice: string): void {
    const demo = this.#demo;
    const board = this.#board;
    this.#memory.value = String((demo?.memoryBytes ?? board?.defaultRamBytes ?? 128 * MIB) / MIB);
    this.#cpus.value = '1';
    this.#append.value = demo?.append ?? 'console=ttyS0';
    this.files.setDemo(demo?.files ?? this.#firmwareFor(choice.replace(/^board:/, '')));
    this.#showBoard();
  }

  /** A board without a demo still wants firmware: that of a demo on the same board. */
  #firmwareFor(board: string): Demo['files'] {
    const bios = this.#demos.find((demo) => demo.board === board)?.files.bios;
    return bios ? { bios } : {};
  }

  #showBoard(): void {
    const board = this.#board;
    if (!board) return;
    element('board-text', HTMLElement).textContent = board.description.replaceAll('`', '');
    this.#memory.min = String(Math.max(board.minRamBytes / MIB, 1));
    this.#memory.max = String(Math.min(board.maxRamBytes / MIB, MOST_GUEST_MIB));
    this.#cpus.max = String(board.maxCpus);
  }
}
