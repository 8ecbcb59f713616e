import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Handlers } from '../../main/contract/ipc.ts';
import type { StuckView } from '../../main/contract/recovery-views.ts';
import { Failure } from '../../main/domain/failure.ts';
import { setEngine } from '../../renderer/engine.ts';
import { arrange, AT_FIRST } from '../../renderer/features/recovery/arrange.ts';
import { useView } from '../../renderer/features/recovery/view.ts';
import { forgetRecovery, lookForStuck, useRecovery } from '../../renderer/store/recovery.ts';
import { fakeBridge, later, type FakeBridge } from './support/fake-bridge.ts';
import {
  aMendedCase,
  aStuckCase,
  aStuckView,
  HOSTILE,
  HOSTILE_SHOWN,
  type StuckCase,
} from './support/recovery-samples.ts';
import { renderPage, send } from './support/render-page.tsx';
import { aDesk, anInstance, anInventory, GIB, openCloud, SERVER_ID } from './support/samples.ts';

beforeEach(() => {
  useView.setState({ ...AT_FIRST, active: undefined });
});

const LOOK = 'Look for stuck instances';
const button = (name: string): HTMLElement => screen.getByRole('button', { name });
const table = (): HTMLElement => screen.getByRole('grid', { name: 'Stuck instances' });
/** Names of the instances, from top to bottom. */
const names = (): readonly (string | null)[] =>
  within(table())
    .getAllByRole('row')
    .slice(1)
    .map((row) => within(row).getByRole('link', { hidden: true }).getAttribute('href'));

function open(handlers: Partial<Handlers>): FakeBridge {
  const bridge = fakeBridge(handlers);
  renderPage({ page: 'recovery' }, bridge);
  return bridge;
}

/** Looks once, with this answer. */
async function look(stuck: StuckView, more: Partial<Handlers> = {}): Promise<FakeBridge> {
  const bridge = open({ 'recovery.stuck': () => Promise.resolve(stuck), ...more });
  fireEvent.click(await screen.findByRole('button', { name: LOOK }));
  await screen.findByText(/^Looked \d+ s ago/);
  return bridge;
}

const one = (id: string, more: Partial<StuckCase>): StuckCase => aStuckCase({ id, name: id, ...more });
const FOUR = [
  one('vm-2', { urgency: 'untidy', bytesAtStake: 9 * GIB }),
  one('vm-10', { urgency: 'danger', bytesAtStake: 3 * GIB }),
  one('vm-1', { urgency: 'stuck' }),
  one('vm-3', { urgency: 'danger', bytesAtStake: 4 * GIB }),
];

describe('the order', () => {
  it('is worst first, then by what is at stake, whatever the order of the answer', () => {
    expect(arrange(FOUR, AT_FIRST).map(({ id }) => id)).toEqual(['vm-3', 'vm-10', 'vm-1', 'vm-2']);
  });

  it('follows a column, and finds by every word of a search', () => {
    const byName = { key: 'name', descending: false } as const;
    const ids = (search: string): readonly string[] =>
      arrange(FOUR, { search, sort: byName }).map(({ id }) => id);
    expect(ids('')).toEqual(['vm-1', 'vm-2', 'vm-3', 'vm-10']);
    expect(ids('COMPUTE-B danger')).toEqual(['vm-3', 'vm-10']);
    expect(ids('compute-z')).toEqual([]);
  });

  it('by the next clock has those without one at the end', () => {
    const nextClock = { says: 'Nova confirms by itself.', atMs: 1 };
    const sort = { key: 'clock', descending: false } as const;
    const lines = [...FOUR, one('vm-9', { urgency: 'waits', nextClock })];
    expect(arrange(lines, { search: '', sort })[0]?.id).toBe('vm-9');
  });
});

describe('a look', () => {
  it('is not begun by itself; before it, the page says what it does and that it only reads', async () => {
    const bridge = open({});
    expect(await screen.findByText(/^A look asks Nova for all instances.*only reads/)).toBeTruthy();
    expect(bridge.asked('recovery.stuck')).toHaveLength(0);
    expect(screen.queryByLabelText(/in danger or stuck/)).toBeNull();
  });

  it('tells what it is at, runs once, and counts what is urgent', async () => {
    const answer = later<StuckView>();
    const bridge = open({ 'recovery.stuck': () => answer.promise });
    fireEvent.click(await screen.findByRole('button', { name: LOOK }));
    expect(screen.getByText('Looking at the cloud and its hosts')).toBeTruthy();
    send(bridge, { name: 'recovery.progress', payload: { message: 'Reading what 12 hosts hold' } });
    expect(screen.getByText(/^Reading what 12 hosts hold/).closest('[role=status]')).toBeTruthy();
    fireEvent.click(button(LOOK));
    answer.resolve(aStuckView({ cases: FOUR }));
    expect(await screen.findByText(/^Looked \d+ s ago/)).toBeTruthy();
    expect(bridge.asked('recovery.stuck')).toHaveLength(1);
    expect(screen.queryByText(/^Reading what 12 hosts hold/)).toBeNull();
    expect(names()).toEqual(['vm-3', 'vm-10', 'vm-1', 'vm-2'].map((id) => `#/recovery/${id}`));
    expect(screen.getByLabelText('3 in danger or stuck').textContent).toBe('3');
    for (const words of ['2 danger', '1 stuck', '1 untidy']) expect(screen.getByText(words)).toBeTruthy();
  });

  it('shows of each how bad, what, where, since when, how much and what comes next', async () => {
    const nextClock = {
      says: 'Nova on compute-b confirms by itself.',
      atMs: Date.now() + (3 * 3600 + 20 * 60 + 30) * 1000,
    };
    await look(aStuckView({ cases: [aStuckCase({ nextClock })] }));
    const row = screen.getByRole('row', { name: /legacy-04/ });
    const cells = within(row)
      .getAllByRole('gridcell')
      .map(({ textContent }) => textContent);
    expect(cells[0]).toBe('Danger');
    expect(cells[2]).toContain('VERIFY_RESIZE');
    expect(cells[3]).toContain('compute-b');
    expect(cells[4]).toContain('VERIFY_RESIZE, and nothing was copied');
    expect(cells[4]).toContain('Nothing of it is on compute-b; the only disks are on compute-a.');
    expect(cells[5]).toMatch(/^in 3 h 20 min: Nova on compute-b confirms by itself\.$/);
    expect(cells.slice(6)).toEqual(['3 d', '5.0']);
    expect(screen.getByRole('columnheader', { name: 'At stake, GiB' })).toBeTruthy();
  });

  it('that finds nothing says so, and less surely if a host was silent', async () => {
    await look(aStuckView({ cases: [] }));
    expect(screen.getByText('Nothing is stuck')).toBeTruthy();
    expect(screen.getByText(/^No instance was found halfway between two hosts/)).toBeTruthy();
    expect(screen.queryByLabelText(/in danger or stuck/)).toBeNull();
  });

  it('names what could not be looked at, and directories without an instance, largest first', async () => {
    const path = '/var/lib/nova/instances/9c3e0000-0000-4000-8000-000000000001';
    await look(
      aStuckView({
        cases: [],
        orphans: [
          { host: 'compute-a', path: '/small', allocatedBytes: GIB },
          { host: 'compute-b', path, allocatedBytes: 7 * GIB },
        ],
        problems: ['compute-c was not read: no answer'],
      }),
    );
    expect(screen.getByText(/^So much of it as could be looked at/)).toBeTruthy();
    expect(screen.getByText('One thing could not be looked at')).toBeTruthy();
    expect(screen.getByText('compute-c was not read: no answer')).toBeTruthy();
    const orphans = screen.getByRole('grid', { name: /^Directories of instances/ });
    const rows = within(orphans).getAllByRole('row').slice(1);
    expect(rows.map((row) => within(row).getAllByRole('gridcell')[2]?.textContent)).toEqual(['7.0', '1.0']);
    expect(rows[0]?.textContent).toContain(path);
  });

  it('that fails says why, keeps what was found before, and can be tried again', async () => {
    const answers: (() => Promise<StuckView>)[] = [
      () => Promise.resolve(aStuckView()),
      () => Promise.reject(new Failure('cloud.unreachable', 'no answer', { hint: 'Look at the network.' })),
      () => Promise.resolve(aStuckView({ cases: [] })),
    ];
    await look(aStuckView(), {
      'recovery.stuck': () => answers.shift()?.() ?? Promise.reject(new Error('once more')),
    });
    fireEvent.click(button('Look again'));
    const alert = await screen.findByRole('alert');
    for (const words of ['It could not be looked at', 'No answer', 'Look at the network.'])
      expect(alert.textContent).toContain(words);
    expect(screen.getByRole('row', { name: /legacy-04/ })).toBeTruthy();
    fireEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Nothing is stuck')).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('is forgotten with its cloud', async () => {
    const bridge = await look(aStuckView());
    send(bridge, { name: 'cloud.changed', payload: { ...openCloud, name: 'lab' } });
    expect(screen.getByText('Not looked yet')).toBeTruthy();
    expect(screen.queryByRole('grid')).toBeNull();
    expect(screen.queryByLabelText(/in danger or stuck/)).toBeNull();
  });

  it('at another cloud than now is not wanted any more when it ends', async () => {
    const answer = later<StuckView>();
    setEngine(fakeBridge({ 'recovery.stuck': () => answer.promise }));
    forgetRecovery();
    const late = lookForStuck();
    expect(useRecovery.getState().looking).toBe(true);
    forgetRecovery();
    answer.resolve(aStuckView());
    await late;
    expect(useRecovery.getState()).toEqual(useRecovery.getInitialState());
  });
});

describe('the list', () => {
  it('leads to the case by Enter, and drops the one that is in order by now', async () => {
    await look(aStuckView({ cases: [aStuckCase(), one('vm-1', {})] }), {
      'recovery.diagnose': () => Promise.resolve({ ...aMendedCase(), readAtMs: Date.now() + 1000 }),
    });
    fireEvent.keyDown(table(), { key: 'ArrowDown' });
    fireEvent.keyDown(table(), { key: 'Enter' });
    expect(window.location.hash).toBe(`#/recovery/${SERVER_ID}`);
    expect(await screen.findByText('Nothing is known to be wrong with it.')).toBeTruthy();
    expect(screen.getByLabelText('1 in danger or stuck')).toBeTruthy();
    const links = screen.getAllByRole('link', { name: /Recovery/ });
    expect(links[0]?.getAttribute('aria-current')).toBe('page');
  });

  it('holds a thousand in few nodes, with a search over all of them', async () => {
    const cases = Array.from({ length: 1000 }, (_none, index) => one(`vm-${String(index)}`, {}));
    await look(aStuckView({ cases }));
    expect(table().getAttribute('aria-rowcount')).toBe('1001');
    expect(within(table()).getAllByRole('row').length).toBeLessThan(60);
    expect(screen.getByText('1,000 danger')).toBeTruthy();
    fireEvent.change(screen.getByRole('searchbox', { name: 'Search stuck instances' }), {
      target: { value: 'vm-777' },
    });
    await waitFor(() => {
      expect(names()).toEqual(['#/recovery/vm-777']);
    });
    fireEvent.change(screen.getByRole('searchbox', { name: 'Search stuck instances' }), {
      target: { value: 'nowhere' },
    });
    fireEvent.click(await screen.findByRole('button', { name: 'Show all' }));
    expect(await screen.findByRole('grid', { name: 'Stuck instances' })).toBeTruthy();
  });

  it('shows hostile names as text', async () => {
    const more = { name: HOSTILE, host: HOSTILE, verdict: HOSTILE, title: HOSTILE };
    await look(aStuckView({ cases: [aStuckCase(more)], problems: [HOSTILE] }));
    expect(screen.getAllByText(HOSTILE_SHOWN).length).toBeGreaterThanOrEqual(4);
    expect(document.querySelector('img')).toBeNull();
    expect(document.body.textContent).not.toContain('\u202e');
  });
});

describe('without a look', () => {
  it('needs a cloud', async () => {
    open({ 'desk.read': () => Promise.resolve(aDesk({ cloud: { state: 'none' } })) });
    expect(await screen.findByText('Choose a cloud first')).toBeTruthy();
    expect(screen.queryByRole('button', { name: LOOK })).toBeNull();
  });

  it('an instance that looks stuck leads to its case', async () => {
    const stuck = anInstance({ status: 'VERIFY_RESIZE', warning: 'it is VERIFY_RESIZE since yesterday' });
    renderPage(
      { page: 'instances' },
      fakeBridge({ 'inventory.read': () => Promise.resolve(anInventory({ instances: [stuck] })) }),
    );
    fireEvent.click(await screen.findByRole('row', { name: /web-01/ }));
    const link = await screen.findByRole('link', { name: 'Diagnose' });
    expect(link.getAttribute('href')).toBe(`#/recovery/${SERVER_ID}`);
  });
});
