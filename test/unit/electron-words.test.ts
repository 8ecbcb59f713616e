import { describe, expect, test } from 'vitest';
import type { Message } from '../../main/contract/bridge.ts';
import type { MigrationView } from '../../main/contract/views.ts';
import { leavingWords } from '../../main/electron/leaving-words.ts';
import { noticeOf } from '../../main/electron/notice.ts';
import { isOwnBlob, isPage, migrationAddress, pathOf } from '../../main/electron/page-address.ts';
import { fitBounds } from '../../main/electron/window-state.ts';
import { followWork } from '../../main/electron/work.ts';

const ID = '7b0c1d4e-90a1-4c8e-8a44-0d9f5f1d2c11';
const OTHER = '1d7be0a2-3f50-4b0e-9e53-63c7b8c0c1aa';

function view(more: Partial<MigrationView> = {}): MigrationView {
  return {
    id: ID,
    phase: 'copying',
    active: true,
    server: { id: 'd8f0', name: 'web-01', running: true },
    source: 'compute-a',
    destination: 'compute-b',
    route: 'seed',
    disks: [
      { name: 'disk', role: 'root', strategy: 'overlay', state: 'copying', bytesTotal: 300, bytesDone: 100 },
      {
        name: 'disk.eph0',
        role: 'ephemeral',
        strategy: 'overlay',
        state: 'waiting',
        bytesTotal: 100,
        bytesDone: 0,
      },
    ],
    bytesToMove: 400,
    cloud: 'lab',
    by: 'a@b',
    enteredAtMs: {},
    updatedAtMs: 0,
    downtime: { startMs: Date.UTC(2026, 0, 1, 2, 14) },
    running: false,
    proven: false,
    proofs: [],
    next: '',
    ...more,
  };
}

const changed = (migration: MigrationView): Message => ({
  sequence: 1,
  event: { name: 'migration.changed', payload: migration },
});

describe('what is under way', () => {
  test('is what this process drives and what does not wait for a person', () => {
    const work = followWork([view({ active: false })]);
    expect(work.active()).toEqual([]);
    work.take(changed(view()));
    work.take(changed(view({ id: OTHER, phase: 'awaiting-verdict' })));
    expect(work.active().map(({ id }) => id)).toEqual([ID]);
    work.take(changed(view({ active: false, phase: 'failed' })));
    expect(work.active()).toEqual([]);
  });

  test('counts the bytes of all, by the newer of view and samples, never more than there are', () => {
    const work = followWork([]);
    expect(work.shareDone()).toBeUndefined();
    work.take(changed(view()));
    expect(work.shareDone()).toBe(0.25);
    const sample = (disk: string, bytesDone: number): Message => ({
      sequence: 2,
      event: { name: 'disk.samples', payload: [{ migration: ID, disk, atMs: 1, bytesDone }] },
    });
    work.take(sample('disk', 200));
    expect(work.shareDone()).toBe(0.5);
    work.take(sample('disk', 50));
    expect(work.shareDone()).toBe(0.25);
    work.take(sample('disk.eph0', 5000));
    expect(work.shareDone()).toBe(0.5);
    work.take(changed(view({ disks: [] })));
    expect(work.shareDone()).toBeUndefined();
  });
});

describe('notices', () => {
  test('a verdict is told once, with what is proven and whether the instance runs', () => {
    const due = view({ phase: 'awaiting-verdict', proven: true, running: true, active: false });
    expect(noticeOf(view({ phase: 'handing-over' }), due)).toEqual({
      migration: ID,
      title: 'web-01: your verdict is due',
      body: 'The copy on compute-b is proven. The instance runs. Confirm it, or go back to compute-a.',
    });
    expect(noticeOf(due, due)).toBeUndefined();
    expect(noticeOf(view(), { ...due, proven: false, running: false })?.body).toBe(
      'The copy on compute-b is not proven. The instance is off. Go back to compute-a.',
    );
  });

  test('one that stopped on the way, or failed, is told with the reason', () => {
    const interrupted = { code: 'host.unreachable', message: 'compute-b does not answer' };
    expect(noticeOf(view(), view({ active: false, interrupted }))).toEqual({
      migration: ID,
      title: 'web-01: stopped on the way',
      body: 'compute-b does not answer. The instance is off. It can be resumed.',
    });
    expect(noticeOf(view({ interrupted }), view({ interrupted }))).toBeUndefined();
    const failure = { code: 'migration.failed', message: 'Nova refused' };
    expect(
      noticeOf(view(), view({ phase: 'failed', failure, outcome: 'The instance runs on compute-a.' }))?.body,
    ).toBe('Nova refused. The instance runs on compute-a.');
  });

  test('steps that need nobody are not told', () => {
    expect(noticeOf(view({ phase: 'staging' }), view())).toBeUndefined();
    expect(noticeOf(view({ phase: 'confirming' }), view({ phase: 'confirmed' }))).toBeUndefined();
  });
});

describe('leaving', () => {
  test('says of each what it does and since when it is off, and what goes on without us', () => {
    const { message, detail } = leavingWords([view()]);
    const since = new Date(Date.UTC(2026, 0, 1, 2, 14)).toLocaleTimeString([], {
      hour: '2-digit',
      minute: '2-digit',
    });
    expect(message).toBe('The migration of web-01 is under way. Quit all the same?');
    expect(detail).toContain(`web-01, compute-a to compute-b: copying; the instance is off since ${since}`);
    expect(detail).toContain('What runs on the hosts now goes on there');
    expect(detail).toContain('Start Coldhaul again');
  });

  test('names no more than a screen can hold', () => {
    const { message, detail } = leavingWords(Array.from({ length: 11 }, () => view({ running: true })));
    expect(message).toBe('11 migrations are under way. Quit all the same?');
    expect(detail).toContain('and 3 more');
    expect(detail.split('\n').filter((line) => line.includes('the instance runs'))).toHaveLength(8);
  });
});

describe('addresses', () => {
  test('only the page itself is the page', () => {
    expect(isPage('app://coldhaul/index.html')).toBe(true);
    expect(isPage(migrationAddress(ID))).toBe(true);
    for (const address of [
      '',
      'app://coldhaul/',
      'app://coldhaul.x/index.html',
      'app://a@coldhaul/index.html',
      'https://coldhaul/index.html',
      'app://coldhaul:1/index.html',
      'app:coldhaul/index.html',
    ])
      expect(isPage(address)).toBe(false);
  });

  test('a name of a migration cannot leave the hash', () => {
    expect(migrationAddress('../?#/x')).toBe('app://coldhaul/index.html#/migrations/..%2F%3F%23%2Fx');
  });

  test('only blobs of the page are its own', () => {
    expect(isOwnBlob('blob:app://coldhaul/1')).toBe(true);
    for (const address of [
      'blob:https://coldhaul/1',
      'blob:null/1',
      'app://coldhaul/1',
      'blob:blob:app://coldhaul/1',
    ])
      expect(isOwnBlob(address)).toBe(false);
  });

  test('a path never leads out of the page’s directory', () => {
    expect(pathOf('app://coldhaul/assets/a%20b.js?x#y')).toBe('assets/a b.js');
    expect(pathOf('app://coldhaul/a/../b.js')).toBe('b.js');
    for (const path of ['', '..%2fx', 'a//b', 'a/%2e%2e%2fb', 'a%5cb', 'a%00', 'c:/x', '%', './%2e%2e%2f'])
      expect([path, pathOf(`app://coldhaul/${path}`)]).toEqual([path, undefined]);
  });
});

describe('where a window fits', () => {
  const screens = [
    { x: 0, y: 0, width: 1920, height: 1050 },
    { x: 1920, y: 0, width: 1280, height: 1000 },
  ];
  test('stays where it was, on any display', () => {
    const bounds = { x: 2000, y: 50, width: 1100, height: 800 };
    expect(fitBounds(bounds, screens)).toEqual(bounds);
    expect(fitBounds({ ...bounds, x: -900 }, screens)).toEqual({ ...bounds, x: -900 });
  });
  test('is placed anew where nobody could take hold of its title', () => {
    const size = { width: 1100, height: 800 };
    for (const at of [
      { x: 5000, y: 0 },
      { x: 100, y: -40 },
      { x: 100, y: 1040 },
      { x: -1050, y: 0 },
    ])
      expect(fitBounds({ ...at, ...size }, screens)).toEqual(size);
  });
  test('is neither larger than its display nor smaller than the page can be', () => {
    expect(fitBounds({ x: 1920, y: 0, width: 4000, height: 3000 }, screens)).toEqual({
      x: 1920,
      y: 0,
      width: 1280,
      height: 1000,
    });
    expect(fitBounds({ x: 0, y: 0, width: 200, height: 100 }, screens)).toEqual({
      x: 0,
      y: 0,
      width: 1024,
      height: 700,
    });
    expect(fitBounds(undefined, [])).toEqual({ width: 1280, height: 800 });
  });
});
