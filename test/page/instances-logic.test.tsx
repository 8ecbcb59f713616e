import { describe, expect, test } from 'vitest';
import { formatAge, inUnit, unitFor } from '../../renderer/components/figures.ts';
import { tableMove } from '../../renderer/components/table-keys.ts';
import {
  filterRows,
  MOVING,
  sortRows,
  statusChoices,
  STUCK,
} from '../../renderer/features/instances/arrange.ts';
import { diskLoad, hostWords, otherLoads } from '../../renderer/features/instances/host-words.ts';
import { refusalOf } from '../../renderer/features/instances/refusal.ts';
import { createRowMaker, makeRow, migrationsByInstance } from '../../renderer/features/instances/rows.ts';
import {
  NOTHING_SELECTED,
  onlyThere,
  selectTo,
  toggle,
  toggleAll,
} from '../../renderer/features/instances/selection.ts';
import { chainWords, statusWords } from '../../renderer/features/instances/words.ts';
import { carryOver, replaceHost } from '../../renderer/store/inventory-merge.ts';
import { aDisk, aHost, aMigration, anInstance, anInventory, GIB } from './support/samples.ts';

const row = (more: Parameters<typeof anInstance>[0] = {}) => makeRow(anInstance(more), undefined, undefined);
const namesOf = (rows: readonly ReturnType<typeof row>[]) => rows.map(({ instance }) => instance.name);
const ALL = { text: '', host: undefined, status: undefined };

describe('words of an instance', () => {
  test('its status has the tone of what it means', () => {
    expect(statusWords(anInstance({ status: 'ACTIVE' })).tone).toBe('good');
    expect(statusWords(anInstance({ status: 'SHUTOFF' })).tone).toBe('quiet');
    expect(statusWords(anInstance({ status: 'ERROR', warning: 'no valid host' })).tone).toBe('bad');
    expect(statusWords(anInstance({ status: 'VERIFY_RESIZE', warning: 'since noon' })).tone).toBe('warn');
    expect(statusWords(anInstance({ status: 'ACTIVE', taskState: 'rebooting' })).tone).toBe('busy');
  });

  test('the worst of its chains is what is said', () => {
    const deep = aDisk({ chain: ['/base/a', '/base/b'] });
    const other = aDisk({ baseIsImage: false });
    const broken = aDisk({ problem: 'cannot be read' });
    expect(chainWords(undefined)).toBeUndefined();
    expect(chainWords([])?.word).toBe('No disks');
    expect(chainWords([aDisk()])?.word).toBe('On image');
    expect(chainWords([aDisk(), deep])?.word).toBe('3 files');
    expect(chainWords([deep, other])?.word).toBe('Other base');
    expect(chainWords([deep, other, broken])?.word).toBe('Unreadable');
  });
});

describe('who cannot be moved', () => {
  test.each([
    [anInstance({ status: 'ACTIVE' }), undefined],
    [anInstance({ status: 'SHUTOFF', volumes: 2 }), undefined],
    [anInstance({ status: 'VERIFY_RESIZE' }), /VERIFY_RESIZE/],
    [anInstance({ taskState: 'image_snapshot' }), /image_snapshot/],
    [anInstance({ locked: true }), /locked/],
  ])('%#', (instance, reason) => {
    const said = refusalOf(instance, aHost(), undefined);
    if (reason === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(reason);
  });

  test('one on a host whose nova-compute is down, and one that has a migration', () => {
    expect(refusalOf(anInstance(), aHost('compute-a', { state: 'down' }), undefined)).toMatch(/is down/);
    expect(refusalOf(anInstance(), aHost(), aMigration())).toMatch(/migration to compute-b already/);
  });
});

describe('search, filter and order', () => {
  const rows = [
    row({ id: 'a1', name: 'web-10', host: 'compute-b', status: 'ACTIVE', projectId: 'shop' }),
    row({ id: 'a2', name: 'web-9', host: 'compute-a', status: 'ERROR', warning: 'no valid host' }),
    row({
      id: 'a3',
      name: 'db-1',
      host: 'compute-a',
      disks: [aDisk({ allocatedBytes: 9 * GIB })],
      projectName: 'Billing',
    }),
  ];

  test('every word of the search must be found, in name, id, host or project', () => {
    expect(namesOf(filterRows(rows, { ...ALL, text: 'WEB' }))).toEqual(['web-10', 'web-9']);
    expect(namesOf(filterRows(rows, { ...ALL, text: 'web compute-b' }))).toEqual(['web-10']);
    expect(namesOf(filterRows(rows, { ...ALL, text: 'a3' }))).toEqual(['db-1']);
    expect(namesOf(filterRows(rows, { ...ALL, text: ' shop ' }))).toEqual(['web-10']);
    expect(namesOf(filterRows(rows, { ...ALL, text: 'billing' }))).toEqual(['db-1']);
    expect(filterRows(rows, { ...ALL, text: 'web nowhere' })).toEqual([]);
  });

  test('host and status narrow it down together', () => {
    expect(namesOf(filterRows(rows, { ...ALL, host: 'compute-a' }))).toEqual(['web-9', 'db-1']);
    expect(namesOf(filterRows(rows, { ...ALL, host: 'compute-a', status: 'ERROR' }))).toEqual(['web-9']);
    expect(namesOf(filterRows(rows, { ...ALL, status: STUCK }))).toEqual(['web-9']);
    expect(filterRows(rows, { ...ALL, status: MOVING })).toEqual([]);
  });

  test('the statuses that occur are counted, what wants an eye first', () => {
    expect(statusChoices(rows)).toEqual([
      { value: STUCK, count: 1 },
      { value: 'ACTIVE', count: 1 },
      { value: 'ERROR', count: 1 },
      { value: 'SHUTOFF', count: 1 },
    ]);
  });

  test('names are ordered as people count; what is not known comes last both ways', () => {
    expect(namesOf(sortRows(rows, { key: 'name', descending: false }))).toEqual(['db-1', 'web-9', 'web-10']);
    expect(namesOf(sortRows(rows, { key: 'name', descending: true }))).toEqual(['web-10', 'web-9', 'db-1']);
    for (const descending of [true, false])
      expect(namesOf(sortRows(rows, { key: 'allocated', descending }))).toEqual(['db-1', 'web-9', 'web-10']);
  });
});

describe('selection', () => {
  const shown = ['a', 'b', 'c', 'd'];
  const ids = (selection: typeof NOTHING_SELECTED) => [...selection.ids].sort();

  test('Shift takes in everything from the last one, whichever way', () => {
    expect(ids(selectTo(toggle(NOTHING_SELECTED, 'd'), 'b', shown))).toEqual(['b', 'c', 'd']);
    expect(ids(selectTo(NOTHING_SELECTED, 'b', shown))).toEqual(['b']);
    // The anchor is filtered away: it is one like without Shift.
    expect(ids(selectTo(toggle(NOTHING_SELECTED, 'z'), 'b', shown))).toEqual(['b', 'z']);
  });

  test('all that is shown, and none of it again; what is not shown stays as it is', () => {
    const all = toggleAll(toggle(NOTHING_SELECTED, 'z'), shown);
    expect(ids(all)).toEqual(['a', 'b', 'c', 'd', 'z']);
    expect(ids(toggleAll(all, shown))).toEqual(['z']);
  });

  test('what is gone is no longer selected', () => {
    const some = toggle(toggle(NOTHING_SELECTED, 'a'), 'b');
    expect(ids(onlyThere(some, new Set(['b'])))).toEqual(['b']);
    expect(onlyThere(some, new Set(['a', 'b']))).toBe(some);
  });
});

describe('rows', () => {
  test('stay the same object while nothing of them changes', () => {
    const inventory = anInventory({ instances: [anInstance(), anInstance({ id: 'other' })] });
    const make = createRowMaker();
    const before = make(inventory, new Map());
    expect(make(inventory, new Map())).toEqual(before);
    expect(make(inventory, new Map())[0]).toBe(before[0]);
    const after = make(inventory, migrationsByInstance([aMigration()]));
    expect(after[0]).not.toBe(before[0]);
    expect(after[0]?.migration?.phase).toBe('copying');
    expect(after[1]).toBe(before[1]);
  });

  test('only a migration that is under way belongs to an instance', () => {
    expect(migrationsByInstance([aMigration({ phase: 'confirmed' })]).size).toBe(0);
    expect(migrationsByInstance([aMigration({ phase: 'awaiting-verdict' })]).size).toBe(1);
  });
});

describe('what the hosts told is kept until they are asked again', () => {
  const onHost = { freeBytes: GIB, totalBytes: 2 * GIB, transport: 'rsync' as const };
  const full = anInventory({
    hosts: [aHost('compute-a', { onHost }), aHost('compute-b', { problem: 'refused' })],
    instances: [anInstance({ disks: [aDisk()], domain: 'running', leftovers: [] })],
  });

  test('disks, room and problems stay with a reading of the cloud alone', () => {
    const merged = carryOver(full, anInventory());
    expect(merged.instances[0]?.disks).toHaveLength(1);
    expect(merged.hosts.map(({ problem }) => problem)).toEqual([undefined, 'refused']);
    expect(merged.hosts[0]?.onHost).toEqual(onHost);
  });

  test('but not the disks of one that is on another host now', () => {
    const moved = carryOver(full, anInventory({ instances: [anInstance({ host: 'compute-b' })] }));
    expect(moved.instances[0]?.disks).toBeUndefined();
  });

  test('one host is replaced with all that is on it', () => {
    const came = anInstance({ host: 'compute-b', disks: [] });
    const reply = anInventory({ hosts: [aHost('compute-b', { instances: 1 })], instances: [came] });
    const after = replaceHost(full, 'compute-b', reply);
    expect(after.instances).toEqual([came]);
    expect(after.hosts[1]?.problem).toBeUndefined();
    expect(replaceHost(full, 'compute-a', anInventory({ instances: [] })).instances).toEqual([]);
  });
});

describe('hosts', () => {
  test('say in a word whether Nova can work on them', () => {
    expect(hostWords(aHost())).toEqual({ tone: 'good', word: 'Up' });
    expect(hostWords(aHost('a', { status: 'disabled' })).word).toBe('Disabled');
    expect(hostWords(aHost('a', { state: 'down', problem: 'refused' }))).toEqual({
      tone: 'bad',
      word: 'Down',
    });
    expect(hostWords(aHost('a', { problem: 'refused' })).tone).toBe('warn');
  });

  test('tell their load in equal units', () => {
    expect(diskLoad(aHost())).toMatchObject({ words: '400/1,000 GiB', part: 0.4 });
    expect(diskLoad(aHost('a', { diskGib: { capacity: 10, used: 30 } }))?.part).toBe(1);
    expect(otherLoads(aHost())).toEqual(['RAM 64/256 GiB', 'vCPU 16/64']);
  });
});

describe('figures', () => {
  test('one unit for a column, and never 0 for what is more than nothing', () => {
    expect(unitFor(3 * 1024 * GIB).name).toBe('GiB');
    expect(unitFor(20 * 1024 * GIB).name).toBe('TiB');
    expect(inUnit(3 * 1024 * GIB, unitFor(3 * 1024 * GIB))).toBe('3,072.0');
    expect(inUnit(1024, unitFor(GIB))).toBe('<0.1');
    expect(inUnit(0, unitFor(GIB))).toBe('0.0');
  });

  test('ages in their largest unit', () => {
    expect([0, 59_999, 60_000, 7_200_000, 172_800_000, -5].map(formatAge)).toEqual([
      '0 s',
      '59 s',
      '1 min',
      '2 h',
      '2 d',
      '0 s',
    ]);
  });
});

describe('keys of a table', () => {
  const plain = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };
  const press = (key: string, index: number, more = {}) =>
    tableMove({ ...plain, key, ...more }, index, 100, 20);

  test('walk within its rows', () => {
    expect(press('ArrowDown', -1)).toEqual({ kind: 'go', index: 0 });
    expect(press('ArrowDown', 99)).toEqual({ kind: 'go', index: 99 });
    expect(press('ArrowUp', -1)).toEqual({ kind: 'go', index: 0 });
    expect(press('PageDown', 90)).toEqual({ kind: 'go', index: 99 });
    expect(press('PageUp', 30)).toEqual({ kind: 'go', index: 10 });
    expect(press('End', 3)).toEqual({ kind: 'go', index: 99 });
    expect(tableMove({ ...plain, key: 'End' }, -1, 0, 20)).toBeUndefined();
  });

  test('leave what is for the browser', () => {
    expect(press('ArrowDown', 3, { altKey: true })).toBeUndefined();
    expect(press('p', 3)).toBeUndefined();
    expect(press('a', 3, { ctrlKey: true })).toEqual({ kind: 'select-all' });
  });
});
