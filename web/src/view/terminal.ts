// The console: draws what the machine prints and hands on what is typed.

import { FitAddon } from '@xterm/addon-fit';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { type MachineController, plainText } from '../controller';

const THEME = {
  background: '#0b0e13',
  foreground: '#dbe3ec',
  cursor: '#5eead4',
  cursorAccent: '#0b0e13',
  selectionBackground: '#2b4a55',
  black: '#1a212b',
  red: '#f87171',
  green: '#4ade80',
  yellow: '#fbbf24',
  blue: '#60a5fa',
  magenta: '#c084fc',
  cyan: '#22d3ee',
  white: '#cbd5e1',
  brightBlack: '#718096',
  brightRed: '#fca5a5',
  brightGreen: '#86efac',
  brightYellow: '#fde68a',
  brightBlue: '#93c5fd',
  brightMagenta: '#d8b4fe',
  brightCyan: '#67e8f9',
  brightWhite: '#f8fafc',
};

/** RIS, ECMA-48 8.3.105: written rather than reset(), so that it comes after the output already queued. */
const RESET_TO_INITIAL_STATE = '\x1bc';

const NARROW_PX = 600;

export class ConsoleView {
  readonly #terminal: Terminal;
  /** Applied to what is typed next: the page's Ctrl key. */
  modify: (text: string) => string = (text) => text;

  constructor(screen: HTMLElement, controller: MachineController) {
    this.#terminal = new Terminal({
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
      fontSize: screen.clientWidth < NARROW_PX ? 11 : 14,
      lineHeight: 1.12, // at 1 some fonts lose their underscores
      cursorBlink: true,
      scrollback: 5000,
      theme: THEME,
      screenReaderMode: false,
    });
    const fit = new FitAddon();
    this.#terminal.loadAddon(fit);
    this.#terminal.loadAddon(new WebLinksAddon());
    this.#terminal.open(screen);
    this.#terminal.textarea?.setAttribute('aria-label', 'Console input');
    new ResizeObserver(() => fit.fit()).observe(screen);
    // F6 is the way out for keyboards: Tab belongs to the guest's shell.
    this.#terminal.attachCustomKeyEventHandler((event) => event.key !== 'F6');
    this.#terminal.onData((text) => controller.type(this.modify(text)));
    this.#terminal.onBinary((text) => {
      controller.send({ type: 'input', bytes: Uint8Array.from(text, (char) => char.charCodeAt(0)) });
    });
    controller.listen((message) => {
      if (message.type === 'clear') this.#clear(message.snapshot);
      if (message.type !== 'console') return;
      const byteCount = message.bytes.length;
      this.#terminal.write(message.bytes, () => controller.send({ type: 'drawn', byteCount }));
    });
  }

  #clear(snapshot: string | undefined): void {
    this.#terminal.write(RESET_TO_INITIAL_STATE);
    // What was on the screen is not part of the machine, so it starts empty.
    if (snapshot) this.#terminal.write(`\x1b[2m— continued from ${plainText(snapshot)} —\x1b[0m\r\n`);
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** As if typed on a keyboard. */
  input(text: string): void {
    this.#terminal.input(text);
  }

  /** The screen and what scrolled off it. For tests. */
  text(): string {
    const buffer = this.#terminal.buffer.active;
    const lines: string[] = [];
    for (let y = 0; y < buffer.length; y++) {
      const line = buffer.getLine(y);
      const text = line?.translateToString(true) ?? '';
      if (line?.isWrapped) lines.push((lines.pop() ?? '') + text);
      else lines.push(text);
    }
    return lines.join('\n').trimEnd();
  }
}
