import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MenuEntry } from '../electron/calls.ts';
import { shellFor } from '../support/standin.ts';
import { temporaryDirectory } from '../support/temporary.ts';

/** The built shell against the stand-in: the window and what is around it. */
const placeOf = (home: string): string => join(home, '.local/state/coldhaul/window.json');

describe('where the window is', () => {
  test('is kept: bounds and maximised, in a file of the user alone', async () => {
    const home = temporaryDirectory();
    const first = await shellFor({ home });
    expect(first.asked.last('BrowserWindow.new')).toMatchObject({
      width: 1280,
      height: 800,
      minWidth: 1024,
      minHeight: 700,
    });
    expect(first.asked.last('BrowserWindow.new')).not.toHaveProperty('x');
    await first.happen({ kind: 'place-window', x: 200, y: 100, width: 1100, height: 750 });
    await first.happen({ kind: 'maximize-window' });
    await first.close();
    expect(JSON.parse(readFileSync(placeOf(home), 'utf8'))).toEqual({
      bounds: { x: 200, y: 100, width: 1100, height: 750 },
      maximized: true,
    });
    expect(statSync(placeOf(home)).mode & 0o777).toBe(0o600);

    const second = await shellFor({ home });
    expect(second.asked.last('BrowserWindow.new')).toMatchObject({
      x: 200,
      y: 100,
      width: 1100,
      height: 750,
    });
    expect(second.asked.all('window.maximize')).toHaveLength(1);
  });

  test('is given up where the display is gone, and never larger than what is there', async () => {
    const home = temporaryDirectory();
    mkdirSync(join(placeOf(home), '..'), { recursive: true });
    const bounds = { x: 4000, y: 100, width: 3000, height: 1800 };
    writeFileSync(placeOf(home), JSON.stringify({ bounds, maximized: false }));
    const app = await shellFor({ home, machine: { displays: [{ x: 0, y: 0, width: 1600, height: 900 }] } });
    const options = app.asked.last('BrowserWindow.new');
    expect(options).toMatchObject({ width: 1600, height: 900 });
    expect(options).not.toHaveProperty('x');
  });

  test('does not matter if its file is damaged', async () => {
    const home = temporaryDirectory();
    mkdirSync(join(placeOf(home), '..'), { recursive: true });
    writeFileSync(placeOf(home), '{"bounds":{"x":1e99');
    const app = await shellFor({ home });
    expect(app.asked.last('BrowserWindow.new')).toMatchObject({ width: 1280, height: 800 });
    await app.page.getByRole('navigation').waitFor();
  });
});

describe('one instance', () => {
  test('a second start ends at once, and leaves everything alone', async () => {
    const home = temporaryDirectory();
    const app = await shellFor({ home, machine: { lockTaken: true } });
    expect(await app.ended).toBe(0);
    expect(app.asked.all('BrowserWindow.new')).toEqual([]);
    expect(app.asked.all('protocol.handle')).toEqual([]);
  });

  test('the first one comes forward', async () => {
    const app = await shellFor({ home: temporaryDirectory() });
    await app.happen({ kind: 'minimize-window' });
    await app.happen({ kind: 'second-instance' });
    await app.asked.wait('window.restore');
    await app.asked.wait('window.focus');
  });

  test('Chromium’s own files are kept apart from the settings', async () => {
    const home = temporaryDirectory();
    const app = await shellFor({ home });
    expect(app.asked.last('app.setPath')).toEqual({
      name: 'userData',
      path: join(home, '.local/state/coldhaul/desktop'),
    });
    const other = await shellFor({ home: temporaryDirectory(), args: ['--user-data-dir=/elsewhere'] });
    expect(other.asked.all('app.setPath')).toEqual([]);
  });
});

describe('the menu', () => {
  const roles = (menu: readonly MenuEntry[]): readonly string[] =>
    menu.flatMap(({ role, submenu = [] }) => [...(role === undefined ? [] : [role]), ...roles(submenu)]);

  test('has copy and paste, zoom, the window and help; no reload and no developer tools in a package', async () => {
    const app = await shellFor({ home: temporaryDirectory() });
    const found = roles(app.asked.last('Menu.setApplicationMenu'));
    expect(found).toEqual(
      expect.arrayContaining(['editMenu', 'zoomIn', 'zoomOut', 'resetZoom', 'windowMenu', 'help', 'quit']),
    );
    expect(found.filter((role) => /reload|devtools|viewmenu/i.test(role))).toEqual([]);
    expect(app.asked.last('BrowserWindow.new').webPreferences).toMatchObject({ devTools: false });
  });

  test('has them where the app is made', async () => {
    const app = await shellFor({ home: temporaryDirectory(), machine: { packaged: false } });
    expect(roles(app.asked.last('Menu.setApplicationMenu'))).toContain('toggleDevTools');
  });
});

describe('trouble', () => {
  test('a page that crashed comes back; one that crashes again and again is asked about', async () => {
    const app = await shellFor({ home: temporaryDirectory() });
    const crash = (): Promise<void> =>
      app.happen({ kind: 'render-process-gone', reason: 'crashed', exitCode: 139 });
    for (const times of [2, 3, 4]) {
      const loaded = app.asked.all('window.loadURL').length;
      await crash();
      await app.asked.wait('window.loadURL', () => true, loaded);
      expect(app.asked.all('window.loadURL')).toHaveLength(times);
    }
    app.answerBoxes(() => 0);
    await crash();
    const box = await app.asked.wait('dialog.showMessageBox');
    expect(box.message).toBe('The window’s page ends again and again.');
    await app.asked.wait('window.loadURL', () => true, 4);
    await app.page.getByRole('navigation').waitFor();
  });

  test('a page that ended as it should stays away', async () => {
    const app = await shellFor({ home: temporaryDirectory() });
    await app.happen({ kind: 'render-process-gone', reason: 'clean-exit', exitCode: 0 });
    expect(app.asked.all('window.loadURL')).toHaveLength(1);
  });

  test('a defect ends in one box with a sentence and no stack, and the app goes on', async () => {
    const home = temporaryDirectory();
    const app = await shellFor({ home });
    app.answerBoxes(({ cancelId = 0 }) => cancelId);
    await app.happen({ kind: 'uncaught-exception', message: 'something is undefined' });
    const box = await app.asked.wait('dialog.showMessageBox');
    expect(box.detail).toContain('something is undefined');
    expect(`${box.message}${box.detail ?? ''}`).not.toMatch(/\n\s+at |\.js:/);
    expect(readFileSync(join(home, '.local/state/coldhaul/shell.log'), 'utf8')).toMatch(
      /something is undefined.*\bat /,
    );
    const reply = await app.page.evaluate(() => window.coldhaul?.call('desk.read', {}));
    expect(reply).toMatchObject({ ok: true });
  });

  test('without a place for journals it says why, and ends', async () => {
    const home = temporaryDirectory();
    mkdirSync(join(home, '.local'));
    writeFileSync(join(home, '.local/state'), 'a file where the directory should be');
    const app = await shellFor({ home });
    expect(await app.ended).toBe(1);
    const { title, content } = app.asked.last('dialog.showErrorBox');
    expect(title).toBe('Coldhaul cannot start');
    expect(content).toContain(join(home, '.local/state'));
    expect(content).not.toMatch(/\n\s+at /);
  });
});

describe('the page on the desktop', () => {
  test('may copy text, and nothing else comes from or goes to the clipboard', async () => {
    const app = await shellFor({ home: temporaryDirectory() });
    const ends = await app.page.evaluate(async () => {
      const tries = [navigator.clipboard.writeText('abc'), navigator.clipboard.readText()];
      return (await Promise.allSettled(tries)).map(({ status }) => status);
    });
    expect(ends).toEqual(['fulfilled', 'rejected']);
  });

  test('saves what it made itself where the admin says, and downloads nothing else', async () => {
    const home = temporaryDirectory();
    const app = await shellFor({ home });
    const saved = app.page.waitForEvent('download');
    await app.page.evaluate(() => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob(['{}'], { type: 'application/json' }));
      link.download = 'report.json';
      link.click();
    });
    expect(readFileSync(await (await saved).path(), 'utf8')).toBe('{}');
    expect(await app.asked.wait('download')).toMatchObject({
      allowed: true,
      dialog: { defaultPath: join(home, 'Downloads/report.json') },
    });
    for (const url of [
      'https://example.org/x',
      'app://coldhaul/index.html',
      'blob:https://example.org/1',
      'data:,x',
    ])
      expect((await app.shell.ask('download', { url, fileName: '../../x' })).allowed).toBe(false);
    const { dialog } = await app.shell.ask('download', { url: 'blob:app://coldhaul/1', fileName: '../../x' });
    expect(dialog?.defaultPath).toBe(join(home, 'Downloads/x'));
  });

  test('ends without a question when nothing is under way, by its window or by the menu', async () => {
    for (const kind of ['close-window', 'quit'] as const) {
      const app = await shellFor({ home: temporaryDirectory() });
      await app.happen({ kind });
      expect(await app.ended).toBe(0);
      expect(app.asked.all('dialog.showMessageBox')).toEqual([]);
      expect(existsSync(join(app.home, '.local/state/coldhaul/window.json'))).toBe(true);
    }
  });
});
