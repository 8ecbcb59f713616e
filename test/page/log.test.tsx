import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { LogLineView } from '../../main/contract/views.ts';
import { fakeBridge, type FakeBridge } from './support/fake-bridge.ts';
import { catchClipboard, catchFiles } from './support/files.ts';
import { renderPage, send } from './support/render-page.tsx';
import { aDesk, aMigration, MIGRATION_ID, NOW_MS } from './support/samples.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const line = (number: number, message: string, more: Partial<LogLineView> = {}): LogLineView => ({
  number,
  atMs: NOW_MS,
  level: 'info',
  message,
  migration: MIGRATION_ID,
  ...more,
});
const some = [
  line(1, 'rsync said 12 %', { level: 'debug', host: 'compute-a', disk: 'disk' }),
  line(2, 'copying disk', { host: 'compute-a', disk: 'disk', command: 'rsync --sparse x' }),
  line(3, 'room was looked at', { host: 'compute-b' }),
  line(4, 'slow answer', { level: 'warn', host: 'compute-b' }),
  line(5, 'copy broke off', { level: 'error', host: 'compute-a', disk: 'disk.config' }),
];

async function open(lines: readonly LogLineView[] = some): Promise<FakeBridge> {
  const bridge = fakeBridge({
    'desk.read': () => Promise.resolve(aDesk({ migrations: [aMigration()] })),
    'log.read': () => Promise.resolve({ lines: [...lines], more: false }),
  });
  renderPage({ page: 'migration', id: MIGRATION_ID }, bridge);
  await screen.findByRole('listbox', { name: 'Log lines' });
  return bridge;
}
const log = () => within(screen.getByRole('region', { name: 'Log' }));
const rows = (): readonly HTMLElement[] =>
  within(screen.getByRole('listbox', { name: 'Log lines' })).queryAllByRole('option');
const shows = (...messages: readonly string[]): Promise<void> =>
  waitFor(() => {
    expect(rows().map((row) => row.lastElementChild?.textContent)).toEqual(messages);
  });
async function pick(select: string, choice: string): Promise<void> {
  fireEvent.click(log().getByRole('combobox', { name: select }));
  fireEvent.click(await screen.findByRole('option', { name: choice, hidden: true }));
}

describe('log controls', () => {
  test('show a level and those above it', async () => {
    await open();
    await shows('copying disk', 'room was looked at', 'slow answer', 'copy broke off');
    await pick('Level', 'Everything');
    await shows(...some.map(({ message }) => message));
    await pick('Level', 'Warnings, errors');
    await shows('slow answer', 'copy broke off');
    await pick('Level', 'Errors only');
    await shows('copy broke off');
    expect(log().getByText('1 of 5 lines')).toBeTruthy();
  });

  test('offer the hosts and disks that the log knows, alone and together', async () => {
    await open();
    await pick('Host', 'compute-a');
    await shows('copying disk', 'copy broke off');
    await pick('Disk', 'disk.config');
    await shows('copy broke off');
    await pick('Host', 'compute-b');
    await shows();
    expect(log().getByText('No line is like this.')).toBeTruthy();
  });

  test('search in commands too, copy and save what is shown and nothing else', async () => {
    const copied = catchClipboard();
    const saved = catchFiles();
    await open();
    fireEvent.change(log().getByLabelText('Search the log'), { target: { value: 'SPARSE' } });
    await shows('copying disk');
    fireEvent.click(log().getByRole('button', { name: 'Copy' }));
    fireEvent.click(log().getByRole('button', { name: 'Save' }));
    const text = '2026-11-20T22:00:00.000Z INFO  compute-a disk copying disk\n    $ rsync --sparse x\n';
    expect(copied).toEqual([text]);
    expect(await log().findByRole('button', { name: 'Copied' })).toBeTruthy();
    expect(saved.map(({ name, type }) => [name, type])).toEqual([
      [`coldhaul-${MIGRATION_ID.slice(0, 8)}.log`, 'text/plain;charset=utf-8'],
    ]);
    expect(await saved[0]?.text()).toBe(text);
  });

  test('have nothing to copy or save where no line is shown', async () => {
    await open();
    fireEvent.change(log().getByLabelText('Search the log'), { target: { value: 'no such words' } });
    await shows();
    expect(log().getByRole<HTMLButtonElement>('button', { name: 'Copy' }).disabled).toBe(true);
    expect(log().getByRole<HTMLButtonElement>('button', { name: 'Save' }).disabled).toBe(true);
  });
});

describe('a long log', () => {
  const MANY = 20_000;

  test('has few rows in the page, and all of them in what is saved', async () => {
    const saved = catchFiles();
    const bridge = await open([]);
    const lines = Array.from({ length: MANY }, (_none, index) =>
      line(index + 1, `line ${String(index + 1)}`),
    );
    send(bridge, { name: 'log.lines', payload: lines });
    await log().findByText('20,000 of 20,000 lines');
    expect(rows().length).toBeGreaterThan(10);
    expect(rows().length).toBeLessThan(100);
    fireEvent.click(log().getByRole('button', { name: 'Save' }));
    const text = (await saved[0]?.text()) ?? '';
    expect(text.trimEnd().split('\n')).toHaveLength(MANY);
    expect(text).toMatch(/ line 20000\n$/);
  });
});
