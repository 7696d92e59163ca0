import { describe, expect, it } from 'vitest';
import { MachineController, plainText, type WorkerPort } from '../src/controller';
import type { FromWorker, ToWorker } from '../src/protocol';

class FakeWorker implements WorkerPort {
  sent: ToWorker[] = [];
  onmessage: WorkerPort['onmessage'] = null;
  onerror: WorkerPort['onerror'] = null;
  postMessage(message: ToWorker): void {
    this.sent.push(message);
  }
  say(message: FromWorker): void {
    this.onmessage?.({ data: message } as MessageEvent<FromWorker>);
  }
}

function setUp() {
  const worker = new FakeWorker();
  const controller = new MachineController(worker);
  const print = (text: string) => worker.say({ type: 'console', bytes: new TextEncoder().encode(text) });
  return { worker, controller, print };
}

describe('MachineController', () => {
  it('pauses a running machine and resumes a paused one', () => {
    const { worker, controller } = setUp();
    worker.say({ type: 'phase', phase: 'running' });
    controller.togglePause();
    worker.say({ type: 'phase', phase: 'paused' });
    controller.togglePause();
    expect(worker.sent).toEqual([{ type: 'pause' }, { type: 'resume' }]);
  });

  it('sends typed text as UTF-8', () => {
    const { worker, controller } = setUp();
    controller.type('é\r');
    expect(worker.sent).toEqual([{ type: 'input', bytes: new Uint8Array([0xc3, 0xa9, 13]) }]);
  });

  it('keeps the console’s last lines, across messages that split a character', () => {
    const { worker, controller, print } = setUp();
    print('one\r\ntwo\r\nthr');
    const bytes = new TextEncoder().encode('éé\r\n');
    worker.say({ type: 'console', bytes: bytes.slice(0, 1) });
    worker.say({ type: 'console', bytes: bytes.slice(1) });
    expect(controller.consoleTail(2)).toBe('two\nthréé');
  });

  it('keeps a bounded amount of console text', () => {
    const { controller, print } = setUp();
    for (let i = 0; i < 100; i++) print(`${'x'.repeat(1000)}\n`);
    print('last');
    expect(controller.consoleTail(1)).toBe('last');
    expect(controller.consoleTail(1000).length).toBeLessThanOrEqual(16 * 1024);
  });

  it('forgets the console of the machine before', () => {
    const { worker, controller, print } = setUp();
    print('old');
    worker.say({ type: 'clear' });
    expect(controller.consoleTail(5)).toBe('');
  });

  it('turns a worker that cannot start into a failure', () => {
    const { worker, controller } = setUp();
    const seen: FromWorker[] = [];
    controller.listen((message) => seen.push(message));
    worker.onerror?.({ message: 'SyntaxError' } as ErrorEvent);
    expect(seen).toMatchObject([{ type: 'failed', failure: { message: 'SyntaxError' } }]);
    expect(controller.phase).toBe('failed');
  });
});

describe('plainText', () => {
  it('drops colours, cursor movement, titles and bells', () => {
    expect(plainText('\x1b[1;32mgreen\x1b[0m \x1b]0;title\x07plain\x07\x1b[6n')).toBe('green plain');
  });
  it('keeps lines and tabs', () => {
    expect(plainText('a\r\n\tb\rc')).toBe('a\n\tbc');
  });
});
