// Puts the page together: the controller with its worker, and the views around it.

import { loadAssets } from './assets';
import { MachineController } from './controller';
import { element } from './view/dom';
import { acceptDrops } from './view/drop';
import { KeyBar } from './view/keys';
import { Notices } from './view/notices';
import { Settings } from './view/settings';
import { Snapshots } from './view/snapshots';
import { ConsoleView } from './view/terminal';
import { Toolbar } from './view/toolbar';

const NARROW = matchMedia('(max-width: 820px)');

/** For the browser tests and for curious people at the console of the developer tools. */
declare global {
  var emboard: { controller: MachineController; console: ConsoleView };
}

function settingsPanel(focusConsole: () => void) {
  const panel = element('settings', HTMLElement);
  const toggle = element('settings-toggle', HTMLButtonElement);
  const show = (shown: boolean) => {
    panel.hidden = !shown;
    toggle.ariaExpanded = String(shown);
  };
  toggle.onclick = () => {
    show(Boolean(panel.hidden)); // in browsers with find-in-page, hidden may be text
    if (!panel.hidden) panel.focus();
  };
  panel.onkeydown = (event) => {
    if (event.key !== 'Escape' || !NARROW.matches) return;
    show(false);
    focusConsole();
  };
  NARROW.onchange = () => show(!NARROW.matches);
  show(!NARROW.matches);
  return show;
}

/** F6 moves between the console, which keeps Tab for itself, and the controls. */
function moveFocusWithF6(console: ConsoleView): void {
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'F6' || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const inConsole = document.activeElement?.closest('#screen');
    if (inConsole) element('machine', HTMLSelectElement).focus();
    else console.focus();
  });
}

async function main(): Promise<void> {
  const worker = new Worker(new URL('./worker/worker.ts', import.meta.url), { type: 'module' });
  const controller = new MachineController(worker);
  const console = new ConsoleView(element('screen', HTMLElement), controller);
  const showSettings = settingsPanel(() => console.focus());
  const boot = (request: Parameters<typeof controller.boot>[0] | undefined) => {
    if (!request) return;
    controller.boot(request);
    if (NARROW.matches) showSettings(false);
    console.focus();
  };
  const settings = new Settings(boot);
  const snapshots = new Snapshots(controller);
  const notices = new Notices(controller, {
    focusConsole: () => console.focus(),
    bootDemo: () => boot(settings.pickDemo()),
  });
  new Toolbar(controller);
  new KeyBar(element('keys', HTMLElement), console);
  acceptDrops(settings, snapshots, () => showSettings(true));
  moveFocusWithF6(console);
  controller.listen((message) => message.type === 'boards' && settings.setBoards(message.boards));
  globalThis.emboard = { controller, console };

  const baseUrl = new URL('.', document.baseURI).href;
  try {
    const assets = await loadAssets(baseUrl);
    controller.send({ type: 'start', baseUrl, core: assets.core });
    settings.setDemos(assets.demos);
    boot(settings.pickDemo());
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    notices.show(
      { title: 'The page is incomplete', message, advice: ['Build it with: npm --prefix web run build'] },
      true,
    );
  }
}

void main();
