import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { InventoryView } from '../../main/contract/views.ts';
import { Failure } from '../../main/domain/failure.ts';
import { fakeBridge, later, type FakeBridge } from './support/fake-bridge.ts';
import { renderPage, send } from './support/render-page.tsx';
import {
  aDesk,
  aDisk,
  aHost,
  aMigration,
  anInstance,
  anInventory,
  GIB,
  MIGRATION_ID,
  openCloud,
} from './support/samples.ts';

const web1 = anInstance({ id: 'id-1', name: 'web-01', status: 'ACTIVE' });
const web2 = anInstance({ id: 'id-2', name: 'web-02', host: 'compute-b' });
const db1 = anInstance({ id: 'id-3', name: 'db-01', locked: true, volumes: 2 });
const stuck = anInstance({
  id: 'id-4',
  name: 'mail-01',
  status: 'VERIFY_RESIZE',
  warning: 'it is VERIFY_RESIZE since yesterday',
});
const cloud = anInventory({
  hosts: [aHost('compute-a', { instances: 3 }), aHost('compute-b')],
  instances: [web1, web2, db1, stuck],
});
const onHosts: InventoryView = {
  ...cloud,
  instances: cloud.instances.map((instance) => ({
    ...instance,
    disks: [aDisk({ allocatedBytes: 5 * GIB, virtualBytes: 20 * GIB })],
    domain: 'running',
    firmware: 'uefi',
    leftovers: instance === stuck ? ['/var/lib/nova/instances/id-4_resize'] : [],
  })),
};

function withInventory(): FakeBridge {
  return fakeBridge({ 'inventory.read': (input) => Promise.resolve(input.onHosts ? onHosts : cloud) });
}
async function open(bridge: FakeBridge): Promise<void> {
  renderPage({ page: 'instances' }, bridge);
  await screen.findByRole('row', { name: /db-01/ });
}
async function openWithDisks(bridge = withInventory()): Promise<void> {
  await open(bridge);
  await screen.findAllByText('On image');
}
const rowOf = (name: string) => screen.getByRole('row', { name: new RegExp(name) });
const grid = () => screen.getByRole('grid', { name: 'Instances' });
const press = (key: string, more: object = {}) => fireEvent.keyDown(grid(), { key, ...more });
const shownNames = () =>
  within(grid())
    .getAllByRole('row')
    .slice(1)
    .map((row) => within(row).getAllByRole('gridcell')[1]?.textContent);
const activeRow = () => document.getElementById(grid().getAttribute('aria-activedescendant') ?? '');

describe('instances', () => {
  test('without a cloud the screen leads to one', async () => {
    renderPage(
      { page: 'instances' },
      fakeBridge({ 'desk.read': () => Promise.resolve(aDesk({ cloud: { state: 'none' } })) }),
    );
    expect(await screen.findByText('Choose a cloud first')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Choose a cloud' }).getAttribute('href')).toBe('#/clouds');
  });

  test('a cloud that cannot be opened says why, and leads to where that can be mended', async () => {
    const failure = { code: 'cloud.credentials', message: 'wrong password', requestId: 'req-1' };
    const desk = aDesk({ cloud: { state: 'failed', name: 'cloud-east', failure } });
    renderPage({ page: 'instances' }, fakeBridge({ 'desk.read': () => Promise.resolve(desk) }));
    expect(await screen.findByText('Wrong password')).toBeTruthy();
    expect(screen.getByText('req-1')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Go to Clouds and hosts' })).toBeTruthy();
  });

  test('the list comes with the answer of the cloud, the disks when the hosts were read', async () => {
    const disks = later<InventoryView>();
    const bridge = fakeBridge({
      'inventory.read': (input) => (input.onHosts ? disks.promise : Promise.resolve(cloud)),
    });
    await open(bridge);
    expect(shownNames()).toEqual(['db-01', 'mail-01', 'web-01', 'web-02']);
    expect(screen.getByText('Reading disks on 2 hosts')).toBeTruthy();
    expect(within(rowOf('web-01')).getByText('Not read')).toBeTruthy();
    disks.resolve(onHosts);
    expect(await screen.findAllByText('On image')).toHaveLength(4);
    expect(screen.getByRole('columnheader', { name: 'Used GiB' })).toBeTruthy();
    expect(within(rowOf('web-01')).getByText('5.0')).toBeTruthy();
    expect(within(rowOf('web-01')).getByText('20.0')).toBeTruthy();
    expect(await screen.findByText(/^Read/)).toBeTruthy();
    expect(bridge.asked('inventory.read')).toEqual([{}, { onHosts: true }]);
  });

  test('a refresh keeps the list and its disks until the new one is there', async () => {
    const answers = [Promise.resolve(cloud), Promise.resolve(onHosts)];
    const second = later<InventoryView>();
    const bridge = fakeBridge({ 'inventory.read': () => answers.shift() ?? second.promise });
    await openWithDisks(bridge);
    await waitFor(() => {
      expect(screen.getByRole('button', { name: 'Refresh' })).toHaveProperty('disabled', false);
    });
    fireEvent.click(screen.getByRole('button', { name: 'Refresh' }));
    expect(await screen.findByText('Reading the cloud')).toBeTruthy();
    expect(screen.getAllByText('On image')).toHaveLength(4);
    second.reject(new Failure('cloud.unreachable', 'no answer', { hint: 'Look at the network.' }));
    expect(await screen.findByText('No answer')).toBeTruthy();
    expect(screen.getAllByText('On image')).toHaveLength(4);
  });

  test('a host that cannot be read is a problem of that host, and can be read alone', async () => {
    let reachable = false;
    const problem = 'cannot reach compute-b: connection refused';
    const bridge = fakeBridge({
      'inventory.read': (input) => {
        if (input.host === 'compute-b' && reachable)
          return Promise.resolve({ ...onHosts, hosts: [aHost('compute-b')], instances: [web2] });
        const broken = { ...onHosts, hosts: [aHost('compute-a'), aHost('compute-b', { problem })] };
        return Promise.resolve(input.onHosts ? broken : cloud);
      },
    });
    await open(bridge);
    fireEvent.click(await screen.findByRole('option', { name: /compute-b.*Not readable/ }));
    expect(await screen.findByText('Cannot reach compute-b: connection refused')).toBeTruthy();
    expect(shownNames()).toEqual(['web-02']);
    reachable = true;
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => {
      expect(screen.queryByText('Cannot reach compute-b: connection refused')).toBeNull();
    });
    expect(bridge.asked('inventory.read').at(-1)).toEqual({ host: 'compute-b', onHosts: true });
  });

  test('an empty cloud says so', async () => {
    renderPage(
      { page: 'instances' },
      fakeBridge({ 'inventory.read': () => Promise.resolve(anInventory({ instances: [] })) }),
    );
    expect(await screen.findByText('No instances')).toBeTruthy();
    expect(screen.getByRole('option', { name: /compute-a/ })).toBeTruthy();
  });

  test('another cloud begins with nothing of the one before', async () => {
    const west = later<InventoryView>();
    let east = true;
    const bridge = fakeBridge({
      'inventory.read': (input) => {
        if (!east) return west.promise;
        return Promise.resolve(input.onHosts ? onHosts : cloud);
      },
    });
    await openWithDisks(bridge);
    east = false;
    send(bridge, { name: 'cloud.changed', payload: { ...openCloud, name: 'cloud-west' } });
    expect(screen.queryByRole('grid')).toBeNull();
    west.resolve(anInventory({ cloud: 'cloud-west', instances: [anInstance({ name: 'other-01' })] }));
    expect(await screen.findByRole('row', { name: /other-01/ })).toBeTruthy();
    expect(screen.queryByRole('row', { name: /db-01/ })).toBeNull();
  });
});

describe('search, filter and order', () => {
  test('the slash goes to the search; what does not fit is gone, and can be brought back', async () => {
    await openWithDisks();
    fireEvent.keyDown(document.documentElement, { key: '/' });
    const search = screen.getByRole('searchbox');
    expect(document.activeElement).toBe(search);
    fireEvent.change(search, { target: { value: 'web' } });
    await waitFor(() => {
      expect(shownNames()).toEqual(['web-01', 'web-02']);
    });
    expect(screen.getByText('2 of 4')).toBeTruthy();
    fireEvent.change(search, { target: { value: 'nothing like this' } });
    fireEvent.click(await screen.findByRole('button', { name: 'Show all' }));
    await waitFor(() => {
      expect(shownNames()).toHaveLength(4);
    });
  });

  test('a header sorts, a second click turns round, and says so to the ear', async () => {
    await openWithDisks();
    const header = () => screen.getByRole('columnheader', { name: 'Host' });
    expect(header().getAttribute('aria-sort')).toBe('none');
    fireEvent.click(within(header()).getByRole('button'));
    expect(header().getAttribute('aria-sort')).toBe('ascending');
    expect(shownNames().at(-1)).toBe('web-02');
    fireEvent.click(within(header()).getByRole('button'));
    expect(header().getAttribute('aria-sort')).toBe('descending');
    expect(shownNames()[0]).toBe('web-02');
  });

  test('a status can be shown alone', async () => {
    await openWithDisks();
    fireEvent.click(screen.getByRole('combobox', { name: 'Show only one status' }));
    fireEvent.click(await screen.findByRole('option', { name: 'looks stuck (1)', hidden: true }));
    await waitFor(() => {
      expect(shownNames()).toEqual(['mail-01']);
    });
  });

  test('hosts are walked through with the arrows', async () => {
    await openWithDisks();
    const hosts = screen.getByRole('listbox', { name: 'Hosts' });
    fireEvent.keyDown(hosts, { key: 'End' });
    await waitFor(() => {
      expect(shownNames()).toEqual(['web-02']);
    });
    expect(document.activeElement).toBe(within(hosts).getByRole('option', { selected: true }));
    fireEvent.keyDown(hosts, { key: 'Home' });
    await waitFor(() => {
      expect(shownNames()).toHaveLength(4);
    });
  });
});

describe('keyboard and selection', () => {
  test('arrows move, space selects, Shift makes a range, Enter opens, Escape closes', async () => {
    await openWithDisks();
    press('ArrowDown');
    press('ArrowDown');
    expect(activeRow()?.textContent).toContain('mail-01');
    press(' ');
    press('End');
    press(' ', { shiftKey: true });
    const selected = within(grid()).getAllByRole('row', { selected: true });
    expect(selected.map((row) => within(row).getAllByRole('gridcell')[1]?.textContent)).toEqual([
      'mail-01',
      'web-01',
      'web-02',
    ]);
    press('Home');
    press('Enter');
    expect(screen.getByRole('region', { name: 'Details of db-01' })).toBeTruthy();
    press('Escape');
    expect(screen.queryByRole('region', { name: 'Details of db-01' })).toBeNull();
  });

  test('p plans what is selected, and the address has its ids', async () => {
    await openWithDisks();
    fireEvent.click(within(rowOf('web-01')).getByRole('checkbox'));
    fireEvent.click(within(rowOf('web-02')).getByRole('checkbox'));
    expect(screen.getByRole('button', { name: 'Plan 2 migrations' })).toBeTruthy();
    press('p');
    expect(window.location.hash).toBe('#/plan/id-1,id-2');
  });

  test('all that is shown is selected at once, and none of it again', async () => {
    await openWithDisks();
    const box = screen.getByRole('checkbox', { name: 'Select all that are shown' });
    fireEvent.click(box);
    expect(within(grid()).getAllByRole('row', { selected: true })).toHaveLength(4);
    fireEvent.click(screen.getByRole('button', { name: 'Clear 4 selected' }));
    expect(within(grid()).queryAllByRole('row', { selected: true })).toHaveLength(0);
  });

  test('what cannot move is refused with its reason, and the others can go on', async () => {
    await openWithDisks();
    fireEvent.click(screen.getByRole('checkbox', { name: 'Select all that are shown' }));
    fireEvent.click(screen.getByRole('button', { name: 'Plan 4 migrations' }));
    const notice = screen.getByRole('alert');
    expect(within(notice).getByText('2 of 4 instances cannot be moved now')).toBeTruthy();
    expect(notice.textContent).toMatch(/db-01 is locked.*mail-01 is VERIFY_RESIZE/);
    expect(window.location.hash).toBe('#/instances');
    fireEvent.click(within(notice).getByRole('button', { name: 'Plan the other 2' }));
    expect(window.location.hash).toBe('#/plan/id-1,id-2');
  });
});

describe('one instance', () => {
  test('its details show disks with their chain, leftovers and ids to copy', async () => {
    await openWithDisks();
    fireEvent.click(rowOf('mail-01'));
    const details = within(screen.getByRole('region', { name: 'Details of mail-01' }));
    expect(details.getByText('It is VERIFY_RESIZE since yesterday')).toBeTruthy();
    expect(details.getByText('An overlay on the base of its image.')).toBeTruthy();
    expect(details.getByText('/var/lib/nova/instances/id-4_resize')).toBeTruthy();
    expect(details.getByText('id-4')).toBeTruthy();
    expect(details.getByText('Firmware').nextElementSibling?.textContent).toBe('UEFI');
    expect(details.getByRole('button', { name: 'Copy the id' })).toBeTruthy();
    fireEvent.click(details.getByRole('button', { name: 'Plan a migration' }));
    expect(screen.getByText('This instance cannot be moved now')).toBeTruthy();
  });

  test('a migration of ours is linked, and its messages change the row without a new reading', async () => {
    const bridge = withInventory();
    await openWithDisks(bridge);
    await screen.findByText(/^Read/);
    const readings = bridge.asked('inventory.read').length;
    const server = { id: 'id-1', name: 'web-01', running: true };
    send(bridge, { name: 'migration.changed', payload: aMigration({ server }) });
    const link = within(rowOf('web-01')).getByRole('link', { name: 'Copying' });
    expect(link.getAttribute('href')).toBe(`#/migrations/${MIGRATION_ID}`);
    send(bridge, {
      name: 'migration.changed',
      payload: aMigration({ server, phase: 'verifying', updatedAtMs: aMigration().updatedAtMs + 1 }),
    });
    expect(within(rowOf('web-01')).getByRole('link', { name: 'Verifying' })).toBeTruthy();
    expect(bridge.asked('inventory.read')).toHaveLength(readings);
  });

  test('when it has moved, both hosts are read anew, and only they', async () => {
    const bridge = withInventory();
    await openWithDisks(bridge);
    await screen.findByText(/^Read/);
    const readings = bridge.asked('inventory.read').length;
    const server = { id: 'id-1', name: 'web-01', running: true };
    send(bridge, { name: 'migration.changed', payload: aMigration({ server, phase: 'awaiting-verdict' }) });
    await waitFor(() => {
      expect(bridge.asked('inventory.read').slice(readings)).toEqual([
        { host: 'compute-a', onHosts: true },
        { host: 'compute-b', onHosts: true },
      ]);
    });
  });
});

describe('many', () => {
  test('of 1,000 instances only those in view are in the page, and the table says how many there are', async () => {
    const instances = Array.from({ length: 1000 }, (_, index) =>
      anInstance({ id: `id-${String(index)}`, name: `vm-${String(index).padStart(4, '0')}` }),
    );
    const bridge = fakeBridge({ 'inventory.read': () => Promise.resolve(anInventory({ instances })) });
    renderPage({ page: 'instances' }, bridge);
    await screen.findByRole('row', { name: /vm-0000/ });
    expect(grid().getAttribute('aria-rowcount')).toBe('1001');
    expect(within(grid()).getAllByRole('row').length).toBeLessThan(60);
    press('a', { ctrlKey: true });
    expect(screen.getByRole('button', { name: 'Plan 1,000 migrations' })).toBeTruthy();
  });
});
