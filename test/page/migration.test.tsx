import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { Handlers } from '../../main/contract/ipc.ts';
import type { LogLineView, MigrationView } from '../../main/contract/views.ts';
import { Failure } from '../../main/domain/failure.ts';
import { fakeBridge, type FakeBridge } from './support/fake-bridge.ts';
import { renderPage, send } from './support/render-page.tsx';
import { aDesk, aDiskView, aMigration, MIGRATION_ID, NOW_MS } from './support/samples.ts';

const MIB = 1024 ** 2;
const proofs = [
  { name: 'content', ok: true, said: '1 of 1 files have equal b2sum digests on both hosts' },
  { name: 'source kept', ok: true, said: '/var/lib/nova/instances/x_resize holds the source disks' },
];
const due = (more: Partial<MigrationView> = {}): MigrationView =>
  aMigration({ phase: 'awaiting-verdict', active: false, proven: true, proofs, novaCopiedBytes: 0, ...more });

async function open(view: MigrationView, handlers: Partial<Handlers> = {}): Promise<FakeBridge> {
  const bridge = fakeBridge({
    'desk.read': () => Promise.resolve(aDesk({ migrations: [view] })),
    ...handlers,
  });
  renderPage({ page: 'migration', id: view.id }, bridge);
  await screen.findByRole('heading', { level: 1, name: view.server.name });
  return bridge;
}

const button = (name: string | RegExp): HTMLButtonElement => screen.getByRole('button', { name });

describe('migration', () => {
  test('shows where it is when it is opened in the middle, from the desk alone', async () => {
    await open(aMigration(), {
      'samples.read': () =>
        Promise.resolve({
          samples: [0, 1, 2].map((second) => ({
            migration: MIGRATION_ID,
            disk: 'disk',
            atMs: NOW_MS + second * 1000,
            bytesDone: second * 100 * MIB,
          })),
        }),
    });
    const steps = within(screen.getByRole('list', { name: 'Steps of the migration' }));
    expect(steps.getByText('Copy').closest('li')?.getAttribute('aria-current')).toBe('step');
    expect(screen.getByRole('timer').textContent).toMatch(/^\d+(:\d\d)+$/);
    // No canvas here: the throughput is there as a table.
    const table = await screen.findByRole('region', { name: 'Throughput as a table' });
    expect(within(table).getAllByText('100.0').length).toBeGreaterThan(0);
    expect(screen.getByRole('link', { name: 'Report' }).getAttribute('href')).toContain('/report');
  });

  test('takes bytes and rate of a disk from the samples as they come', async () => {
    const bridge = await open(aMigration({ enteredAtMs: { planned: 0, copying: 0 } }));
    const nowMs = Date.now();
    send(bridge, {
      name: 'disk.samples',
      payload: [0, 1].map((second) => ({
        migration: MIGRATION_ID,
        disk: 'disk',
        atMs: nowMs - 1000 + second * 1000,
        bytesDone: 1024 * MIB + second * 200 * MIB,
      })),
    });
    const row = within(screen.getByRole('region', { name: 'Disks' })).getByRole('row', { name: /^disk/ });
    expect(row.textContent).toContain('1.2');
    expect(row.textContent).toContain('200.0');
  });

  test('cancels before the hand-over only after a dialog that says what happens', async () => {
    const bridge = await open(aMigration(), {
      'migration.cancel': () => Promise.resolve(aMigration({ phase: 'restoring', updatedAtMs: NOW_MS + 1 })),
    });
    fireEvent.click(button('Cancel the migration…'));
    const dialog = within(await screen.findByRole('dialog', { name: 'Cancel the migration of web-01' }));
    expect(dialog.getByText(/web-01 is started again on compute-a/)).toBeTruthy();
    expect(bridge.asked('migration.cancel')).toHaveLength(0);
    fireEvent.click(dialog.getByRole('button', { name: 'Cancel the migration of web-01' }));
    expect(await screen.findByText('Going back: web-01 is put in order on compute-a')).toBeTruthy();
    expect(bridge.asked('migration.cancel')).toEqual([{ id: MIGRATION_ID }]);
  });

  test('confirms by a dialog that names instance and hosts, and shows a refusal in it', async () => {
    let refuse = true;
    const bridge = await open(due(), {
      'migration.confirm': () =>
        refuse
          ? Promise.reject(new Failure('migration.unproven', 'the confirm is refused: Nova is busy (G7)'))
          : Promise.resolve(due({ phase: 'confirming', active: true, updatedAtMs: NOW_MS + 1 })),
    });
    expect(screen.getByText('/var/lib/nova/instances/x_resize holds the source disks')).toBeTruthy();
    fireEvent.click(button('Confirm…'));
    const dialog = within(await screen.findByRole('dialog', { name: 'Confirm web-01 on compute-b' }));
    expect(dialog.getByText(/removes the source copy of web-01 on compute-a/)).toBeTruthy();
    const yes = dialog.getByRole('button', { name: 'Confirm web-01 on compute-b' });
    fireEvent.click(yes);
    expect(await dialog.findByText('The confirm is refused: Nova is busy (G7)')).toBeTruthy();
    refuse = false;
    fireEvent.click(yes);
    expect(await screen.findByText(/^Confirming: Nova removes/)).toBeTruthy();
    expect(bridge.asked('migration.confirm')).toHaveLength(2);
  });

  test('cannot confirm what is not proven, says why, and offers to revert or look again', async () => {
    const open_ = { name: 'content', ok: false, said: '0 of 1 files have equal b2sum digests' };
    const digest = { algorithm: 'b2sum', source: 'aaaaaaaa11', destination: 'bbbbbbbb22' } as const;
    const bridge = await open(
      due({ proven: false, proofs: [open_], disks: [aDiskView({ state: 'verified', digest })] }),
      {
        'migration.resume': () =>
          Promise.resolve(aMigration({ phase: 'verifying', updatedAtMs: NOW_MS + 1 })),
      },
    );
    expect(button('Confirm…').disabled).toBe(true);
    expect(screen.getByText(/^Not possible: content: 0 of 1 files/)).toBeTruthy();
    expect(screen.getByText('aaaaaaaa ≠ bbbbbbbb')).toBeTruthy();
    expect(button('Revert…').disabled).toBe(false);
    fireEvent.click(button('Look again at both hosts'));
    await waitFor(() => {
      expect(bridge.asked('migration.resume')).toEqual([{ id: MIGRATION_ID }]);
    });
  });

  test('says why it stopped, and goes on by Resume', async () => {
    const interrupted = { code: 'host.unreachable', message: 'compute-a does not answer', hint: 'Look.' };
    await open(aMigration({ active: false, interrupted }), {
      'migration.resume': () => Promise.resolve(aMigration({ updatedAtMs: NOW_MS + 1 })),
    });
    expect(screen.getByText('compute-a does not answer')).toBeTruthy();
    fireEvent.click(button('Resume'));
    expect(await screen.findByText('Copying from compute-a to compute-b')).toBeTruthy();
    expect(screen.queryByText('compute-a does not answer')).toBeNull();
  });

  test('is paused by a press, says who did, and goes on by Resume', async () => {
    const paused = { by: 'night@desk', atMs: NOW_MS };
    const bridge = await open(aMigration({ downtime: { startMs: NOW_MS }, running: false }), {
      'migration.pause': () =>
        Promise.resolve(aMigration({ active: false, paused, running: false, updatedAtMs: NOW_MS + 1 })),
      'migration.resume': () => Promise.resolve(aMigration({ updatedAtMs: NOW_MS + 2 })),
    });
    fireEvent.click(button('Pause'));
    expect(await screen.findByText('Paused by night@desk')).toBeTruthy();
    expect(bridge.asked('migration.pause')).toEqual([{ id: MIGRATION_ID }]);
    expect(screen.getByText(/is off meanwhile\. Resume goes on from here/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Pause' })).toBeNull();
    fireEvent.click(button('Resume'));
    expect(await screen.findByText('Copying from compute-a to compute-b')).toBeTruthy();
  });

  test('has no Pause while Nova is at work', async () => {
    await open(aMigration({ phase: 'handing-over', enteredAtMs: { planned: 0, 'handing-over': 1 } }));
    expect(screen.queryByRole('button', { name: 'Pause' })).toBeNull();
  });

  test('leads to where the password is given, when the login is not taken any more', async () => {
    const interrupted = { code: 'cloud.credentials', message: 'the cloud refused the login' };
    await open(aMigration({ active: false, interrupted }));
    const link = screen.getByRole('link', { name: /^Give the password of / });
    expect(link.getAttribute('href')).toContain('clouds');
  });

  test('says what is in its way, since when, and that nobody has to do anything', async () => {
    const waiting = {
      code: 'host.unreachable',
      message: 'compute-a does not answer',
      sinceMs: Date.now() - 180_000,
    };
    await open(aMigration({ waiting }));
    expect(screen.getByText('compute-a does not answer')).toBeTruthy();
    expect(screen.getByText(/^In its way for 3:0\d$/)).toBeTruthy();
    expect(screen.getByText(/goes on by itself\. Nothing is lost/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Resume' })).toBeNull();
  });

  test('says where the good copy is when it failed', async () => {
    const failure = { code: 'migration.copy-differs', message: 'the copy differs', requestId: 'req-7' };
    await open(
      aMigration({ phase: 'failed', active: false, failure, outcome: 'It is on compute-a, running.' }),
    );
    expect(screen.getByText('It is on compute-a, running.')).toBeTruthy();
    expect(screen.getByText('The copy differs')).toBeTruthy();
    expect(screen.getByText('req-7')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Resume' })).toBeNull();
  });

  test('changes the bandwidth while it copies, and lifts the limit', async () => {
    const bridge = await open(aMigration({ limitMibPerSecond: 200 }), {
      'migration.limit': ({ limitMibPerSecond }) =>
        Promise.resolve(
          aMigration({
            updatedAtMs: NOW_MS + 1,
            ...(limitMibPerSecond !== null && { limitMibPerSecond }),
          }),
        ),
    });
    const panel = within(screen.getByRole('region', { name: 'Bandwidth' }));
    expect(panel.getByText('200 MiB/s')).toBeTruthy();
    fireEvent.change(panel.getByLabelText('Another limit, MiB/s'), { target: { value: '35' } });
    fireEvent.click(panel.getByRole('button', { name: 'Set this limit' }));
    expect(await panel.findByText('35 MiB/s')).toBeTruthy();
    fireEvent.click(panel.getByRole('button', { name: 'No limit' }));
    expect(await panel.findByText('none')).toBeTruthy();
    expect(bridge.asked('migration.limit').map(({ limitMibPerSecond }) => limitMibPerSecond)).toEqual([
      35,
      null,
    ]);
  });

  test('is told apart from one that is not there', async () => {
    const bridge = fakeBridge({
      'migration.show': () =>
        Promise.reject(new Failure('migration.not-found', 'there is no such migration on this machine')),
    });
    renderPage({ page: 'migration', id: MIGRATION_ID }, bridge);
    expect(await screen.findByText('There is no such migration on this machine')).toBeTruthy();
  });
});

describe('log of a migration', () => {
  const line = (number: number, more: Partial<LogLineView> = {}): LogLineView => ({
    number,
    atMs: NOW_MS,
    level: 'info',
    message: `line ${String(number)}`,
    migration: MIGRATION_ID,
    ...more,
  });
  const lines = [
    line(1, { message: 'whispered', level: 'debug' }),
    line(2, { message: 'copying disk', disk: 'disk', host: 'compute-a', command: 'rsync --sparse x' }),
    line(3, { message: 'of another', migration: '00000000-0000-4000-8000-000000000000' }),
  ];
  const read = { 'log.read': () => Promise.resolve({ lines, more: false }) } as const;
  const shown = (): readonly (string | null | undefined)[] =>
    within(screen.getByRole('listbox', { name: 'Log lines' }))
      .queryAllByRole('option')
      .map((row) => row.lastElementChild?.textContent);

  test('has its own lines at first, all on request, and finds by words', async () => {
    const bridge = await open(aMigration(), read);
    await waitFor(() => {
      expect(shown()).toEqual(['copying disk']);
    });
    fireEvent.click(screen.getByRole('checkbox', { name: 'All migrations' }));
    await waitFor(() => {
      expect(shown()).toEqual(['copying disk', 'of another']);
    });
    send(bridge, { name: 'log.lines', payload: [line(4, { message: 'RSYNC ended' })] });
    fireEvent.change(screen.getByLabelText('Search the log'), { target: { value: 'rsync' } });
    await waitFor(() => {
      expect(shown()).toEqual(['copying disk', 'RSYNC ended']);
    });
  });

  test('is read by keys, a line at a time, and following ends there', async () => {
    await open(aMigration(), {
      'log.read': () => Promise.resolve({ lines: [line(1), line(2, { command: 'rsync x' })], more: false }),
    });
    const list = screen.getByRole('listbox', { name: 'Log lines' });
    await waitFor(() => {
      expect(shown()).toHaveLength(2);
    });
    fireEvent.keyDown(list, { key: 'ArrowUp' });
    expect(within(screen.getByRole('region', { name: 'Chosen line' })).getByText('rsync x')).toBeTruthy();
    fireEvent.keyDown(list, { key: 'ArrowUp' });
    expect(within(screen.getByRole('region', { name: 'Chosen line' })).getByText('line 1')).toBeTruthy();
    expect(button('Follow').getAttribute('aria-pressed')).toBe('false');
    fireEvent.keyDown(list, { key: 'End' });
    expect(button('Follow').getAttribute('aria-pressed')).toBe('true');
  });
});
