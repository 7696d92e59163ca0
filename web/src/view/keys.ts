// Keys that a phone's keyboard lacks.

import { make } from './dom';
import type { ConsoleView } from './terminal';

const KEYS: [label: string, name: string, text: string][] = [
  ['Esc', 'Escape', '\x1b'],
  ['Tab', 'Tab', '\t'],
  ['↑', 'Up', '\x1b[A'],
  ['↓', 'Down', '\x1b[B'],
  ['←', 'Left', '\x1b[D'],
  ['→', 'Right', '\x1b[C'],
  ['|', 'Bar', '|'],
  ['/', 'Slash', '/'],
];

/** Ctrl with a letter or one of @[\]^_ is that character's low five bits. */
export function withCtrl(text: string): string {
  return /^[@-_a-z]$/.test(text) ? String.fromCharCode(text.charCodeAt(0) & 0x1f) : text;
}

export class KeyBar {
  readonly #ctrl: HTMLButtonElement;

  constructor(bar: HTMLElement, console: ConsoleView) {
    this.#ctrl = make('button', { type: 'button', textContent: 'Ctrl' });
    this.#ctrl.ariaPressed = 'false';
    this.#ctrl.onclick = () => {
      this.#hold(this.#ctrl.ariaPressed !== 'true');
      console.focus();
    };
    const keys = KEYS.map(([label, name, text]) => {
      const key = make('button', { type: 'button', textContent: label, ariaLabel: name });
      key.onclick = () => {
        console.input(text);
        console.focus();
      };
      return key;
    });
    bar.append(this.#ctrl, ...keys);
    // A press must not take the focus, or the phone's keyboard would close.
    bar.onpointerdown = (event) => event.preventDefault();
    console.modify = (text) => {
      if (this.#ctrl.ariaPressed !== 'true') return text;
      this.#hold(false);
      return withCtrl(text);
    };
  }

  #hold(held: boolean): void {
    this.#ctrl.ariaPressed = String(held);
  }
}
