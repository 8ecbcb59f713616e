import { fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { tableMove } from '../../renderer/components/table-keys.ts';
import { readKey } from '../../renderer/features/help/keys.ts';
import { nextChoice } from '../../renderer/features/migration/log/next-choice.ts';
import { fakeBridge } from './support/fake-bridge.ts';
import { renderPage } from './support/render-page.tsx';
import { aDesk, aMigration, anInstance, anInventory, MIGRATION_ID } from './support/samples.ts';

const LETTERS = Array.from('abcdefghijklmnopqrstuvwxyz');
const SIGNS = Array.from('0123456789/?.,;:+-*#<>[]');
/** Keys without a character of their own, as `?` prints them. */
const NAMED: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  Enter: 'Enter',
  Escape: 'Esc',
  Home: 'Home',
  End: 'End',
  Insert: 'Insert',
  Delete: 'Delete',
  Backspace: 'Backspace',
  F2: 'F2',
  F5: 'F5',
};
const KEYS = [...LETTERS, ...Object.keys(NAMED)];
const printed = (key: string): string => NAMED[key] ?? key;

/** What `?` lists in these groups, as it stands there: `p`, `g then i`, `Shift + Space`. */
async function listed(...titles: readonly string[]): Promise<readonly string[]> {
  fireEvent.keyDown(document.body, { key: '?' });
  const dialog = within(await screen.findByRole('dialog', { name: 'Keyboard shortcuts' }));
  const keys = titles.flatMap((title) =>
    within(dialog.getByRole('region', { name: title }))
      .getAllByRole('term')
      .flatMap((term) => term.textContent.split(' or ')),
  );
  return keys.toSorted();
}

/** Those that this element takes for itself, alone or with a modifier. */
const takenBy = (element: Element): readonly string[] =>
  KEYS.filter((key) => !fireEvent.keyDown(element, { key })).map(printed);

describe('the list under ?', () => {
  it('has every key that works on all screens', async () => {
    renderPage({ page: 'settings' }, fakeBridge());
    const alone = [...KEYS, ...SIGNS].filter((key) => readKey(undefined, key, 0).action !== undefined);
    expect(await listed('On every screen')).toEqual(alone.toSorted());
    const afterG = KEYS.filter((key) => readKey(0, key, 1).action !== undefined);
    expect(await listed('Go to a screen')).toEqual(afterG.map((key) => `g then ${key}`).toSorted());
  });

  it('has every key of the table of instances, with Shift and Ctrl', async () => {
    renderPage(
      { page: 'instances' },
      fakeBridge({ 'inventory.read': () => Promise.resolve(anInventory({ instances: [anInstance()] })) }),
    );
    const grid = await screen.findByRole('grid', { name: 'Instances' });
    const pressed = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };
    const moveBy = (key: string, more: Partial<typeof pressed> = {}): string =>
      JSON.stringify(tableMove({ key, ...pressed, ...more }, 50, 100, 12) ?? null);
    const withShift = KEYS.filter((key) => moveBy(key, { shiftKey: true }) !== moveBy(key));
    const withCtrl = KEYS.filter((key) => moveBy(key, { ctrlKey: true }) !== 'null');
    const taken = [
      ...takenBy(grid),
      ...withShift.map((key) => `Shift + ${printed(key)}`),
      ...withCtrl.map((key) => `Ctrl + ${printed(key).toUpperCase()}`),
    ];
    expect(taken).toContain('p');
    expect(
      await listed('In the tables of instances, migrations and recovery', 'In the table of instances'),
    ).toEqual(taken.toSorted());
  });

  it('has every key of the list of hosts', async () => {
    renderPage({ page: 'instances' }, fakeBridge({ 'inventory.read': () => Promise.resolve(anInventory()) }));
    const hosts = await screen.findByRole('listbox', { name: 'Hosts' });
    expect(await listed('In the list of hosts')).toEqual(takenBy(hosts).toSorted());
  });

  it('has every key of the log', async () => {
    const lines = [
      { number: 1, atMs: 0, level: 'info', message: 'copying', migration: MIGRATION_ID },
    ] as const;
    renderPage(
      { page: 'migration', id: MIGRATION_ID },
      fakeBridge({
        'desk.read': () => Promise.resolve(aDesk({ migrations: [aMigration()] })),
        'log.read': () => Promise.resolve({ lines: [...lines], more: false }),
      }),
    );
    await screen.findByText('copying');
    const taken = takenBy(screen.getByRole('listbox', { name: 'Log lines' }));
    expect(taken).toEqual(KEYS.filter((key) => nextChoice(key, 50, 100, 12) !== undefined).map(printed));
    expect(await listed('In the log of a migration')).toEqual(taken.toSorted());
  });
});
