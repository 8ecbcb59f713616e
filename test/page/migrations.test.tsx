import { fireEvent, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { MigrationView } from '../../main/contract/views.ts';
import type { Handlers } from '../../main/contract/ipc.ts';
import { Failure } from '../../main/domain/failure.ts';
import { arrange, AT_FIRST } from '../../renderer/features/migrations/arrange.ts';
import { countKinds, kindOf, stateWords } from '../../renderer/features/migrations/kinds.ts';
import { useRefused } from '../../renderer/features/migrations/resume.ts';
import { useView } from '../../renderer/features/migrations/view.ts';
import { fakeBridge, type FakeBridge } from './support/fake-bridge.ts';
import { renderPage, send } from './support/render-page.tsx';
import { aDesk, aDiskView, aMigration, GIB, NOW_MS } from './support/samples.ts';

beforeEach(() => {
  useView.setState({ ...AT_FIRST, active: undefined });
  useRefused.setState({ refused: undefined });
});

const idOf = (number: number): string => `5d0f6c3a-7b1e-4c2d-8f90-${String(number).padStart(12, '0')}`;
/** `number` is how many minutes ago it was started. */
function one(number: number, name: string, more: Partial<MigrationView> = {}): MigrationView {
  return aMigration({
    id: idOf(number),
    server: { id: idOf(number + 500), name, running: true },
    enteredAtMs: { planned: NOW_MS - number * 60_000 },
    ...more,
  });
}

const over = { active: false, running: true, downtime: { startMs: NOW_MS - 90_000, endMs: NOW_MS - 15_000 } };
const ALL = [
  one(1, 'web-1'),
  one(2, 'web-2', { phase: 'awaiting-verdict', active: false, proven: true }),
  one(3, 'web-3', {
    active: false,
    interrupted: { code: 'host.disconnected', message: 'compute-a went away' },
  }),
  one(4, 'web-10', { ...over, phase: 'confirmed' }),
  one(5, 'db-1', { ...over, phase: 'failed', source: 'compute-z' }),
];

function show(
  migrations: readonly MigrationView[],
  more: Partial<Handlers> = {},
  problems: readonly string[] = [],
): FakeBridge {
  const bridge = fakeBridge({ 'desk.read': () => Promise.resolve(aDesk({ migrations, problems })), ...more });
  renderPage({ page: 'migrations' }, bridge);
  return bridge;
}

/** Names of the instances, from top to bottom. */
function names(): readonly string[] {
  const rows = screen.getAllByRole('row').slice(1);
  return rows
    .sort(
      (left, right) =>
        Number(left.getAttribute('aria-rowindex')) - Number(right.getAttribute('aria-rowindex')),
    )
    .map((row) => row.querySelector('a')?.textContent ?? '');
}

describe('what a migration wants', () => {
  it('puts each in exactly one kind', () => {
    expect(ALL.map(kindOf)).toEqual(['running', 'verdict', 'interrupted', 'done', 'done']);
    expect(countKinds(ALL)).toEqual({ running: 1, verdict: 1, interrupted: 1, done: 2 });
    expect(kindOf(one(9, 'x', { active: false, phase: 'reverting' }))).toBe('interrupted');
  });

  it('never calls an unproven copy fit for a verdict', () => {
    expect(stateWords(one(2, 'x', { phase: 'awaiting-verdict', proven: false }))).toEqual({
      tone: 'bad',
      word: 'Not proven',
    });
  });

  it('finds by every word, and sorts names by their numbers', () => {
    const found = (search: string): readonly string[] =>
      arrange(ALL, { ...AT_FIRST, search }, NOW_MS).map(({ server }) => server.name);
    expect(found('web compute-a')).toEqual(['web-1', 'web-2', 'web-3', 'web-10']);
    expect(found('compute-z')).toEqual(['db-1']);
    expect(found(idOf(504))).toEqual(['web-10']);
    const byName = arrange(ALL, { ...AT_FIRST, sort: { key: 'name', descending: false } }, NOW_MS);
    expect(byName.map(({ server }) => server.name)).toEqual(['db-1', 'web-1', 'web-2', 'web-3', 'web-10']);
  });
});

describe('migrations', () => {
  it('lists the newest first, each with the one thing to do next', async () => {
    show(ALL);
    expect(await screen.findByRole('link', { name: 'web-1' })).toHaveProperty(
      'hash',
      `#/migrations/${idOf(1)}`,
    );
    expect(names()).toEqual(['web-1', 'web-2', 'web-3', 'web-10', 'db-1']);
    expect(screen.getByRole('button', { name: 'Resume the migration of web-3' })).toBeDefined();
    expect(screen.getByRole('link', { name: 'Decide about web-2' })).toBeDefined();
    expect(screen.getByRole('link', { name: 'Report of the migration of db-1' })).toHaveProperty(
      'hash',
      `#/migrations/${idOf(5)}/report`,
    );
    expect(screen.getAllByText('1:15')).toHaveLength(2);
  });

  it('counts the kinds, shows one of them, and follows what happens', async () => {
    const bridge = show(ALL);
    fireEvent.click(await screen.findByRole('radio', { name: 'Waiting for a verdict 1' }));
    expect(names()).toEqual(['web-2']);
    send(bridge, {
      name: 'migration.changed',
      payload: one(1, 'web-1', {
        phase: 'awaiting-verdict',
        active: false,
        proven: true,
        updatedAtMs: NOW_MS + 1,
      }),
    });
    expect(screen.getByRole('radio', { name: 'Waiting for a verdict 2' })).toBeDefined();
    expect(names()).toEqual(['web-1', 'web-2']);
  });

  it('says when nothing fits, and shows all again', async () => {
    show(ALL);
    fireEvent.change(await screen.findByRole('searchbox', { name: 'Search migrations' }), {
      target: { value: 'nowhere' },
    });
    expect(screen.getByText('No migration fits')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Show all' }));
    expect(names()).toHaveLength(5);
  });

  it('shows bytes as they are counted, in the unit of the column', async () => {
    const bridge = show([one(1, 'web-1', { disks: [aDiskView({ bytesDone: 0, state: 'waiting' })] })]);
    expect(await screen.findByText('0.0 of 5.0')).toBeDefined();
    send(bridge, {
      name: 'disk.samples',
      payload: [{ migration: idOf(1), disk: 'disk', atMs: NOW_MS, bytesDone: 2 * GIB }],
    });
    expect(screen.getByText('2.0 of 5.0')).toBeDefined();
    expect(screen.getByRole('columnheader', { name: 'Moved, GiB' })).toBeDefined();
  });

  it('resumes, and says why it could not', async () => {
    const refused = new Failure('host.unreachable', 'compute-a did not answer', {
      hint: 'Look at its power.',
    });
    const bridge = show(ALL, { 'migration.resume': () => Promise.reject(refused) });
    fireEvent.click(await screen.findByRole('button', { name: 'Resume the migration of web-3' }));
    const alert = await screen.findByRole('alert');
    for (const text of [
      'The migration of web-3 could not be resumed',
      'compute-a did not answer',
      'Look at its power.',
    ])
      expect(alert.textContent).toContain(text);
    expect(bridge.asked('migration.resume')).toEqual([{ id: idOf(3) }]);
  });

  it('leads to the instances when there is none, and never hides a journal that cannot be read', async () => {
    show([], {}, ['5d0f.jsonl: line 3 is no fact']);
    expect(await screen.findByRole('link', { name: 'Go to the instances' })).toHaveProperty(
      'hash',
      '#/instances',
    );
    expect(screen.getByRole('alert').textContent).toContain('5d0f.jsonl: line 3 is no fact');
  });

  it('draws only the rows in view of a thousand', async () => {
    show(Array.from({ length: 1000 }, (_, index) => one(index, `web-${String(index)}`)));
    await screen.findByRole('link', { name: 'web-0' });
    await waitFor(() => {
      expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('1001');
    });
    expect(screen.getAllByRole('row').length).toBeLessThan(100);
  });
});
