import { describe, expect, test } from 'vitest';
import { judgeLeftWork, type KnownMigration, type WorkOnHost } from '../../../main/domain/left-work.ts';

const SERVER = '0c6f6d5e-8f2b-4b7e-9d6a-0a1b2c3d4e5f';
const OTHER = '77777777-8f2b-4b7e-9d6a-0a1b2c3d4e5f';
const ID = '7c1f0000-0000-4000-8000-000000000001';
const NOW_MS = 10_000_000;

const nothing: WorkOnHost = {
  jobs: [],
  locks: [],
  stages: [],
  jobsDirectory: '/run/coldhaul/jobs',
  locksDirectory: '/run/coldhaul/locks',
  stagesDirectory: '/var/lib/nova/instances/_coldhaul',
};
const job = {
  migrationId: ID,
  name: 'copy-disk',
  state: 'running',
  startedAtMs: NOW_MS - 90_000,
  pid: 4711,
} as const;
const lock = {
  serverId: SERVER,
  migrationId: ID,
  who: 'eve@desk',
  since: '2026-01-02T03:04:05Z',
  isOfThisBoot: true,
};
const stage = { serverId: SERVER, allocatedBytes: 3 * 1024 ** 3, changedAtMs: NOW_MS - 7_200_000 };
const known: KnownMigration = {
  id: ID,
  serverId: SERVER,
  serverName: 'web-1',
  phase: 'copying',
  isOver: false,
};
const over: KnownMigration = { ...known, phase: 'failed', isOver: true };
const work: WorkOnHost = { ...nothing, jobs: [job], locks: [lock], stages: [stage] };

describe('what Coldhaul has on a host', () => {
  test('nothing is nothing to say', () => {
    expect(judgeLeftWork(nothing, [known], NOW_MS)).toEqual([]);
  });

  test('what is on its way is a note, and its stage is no matter of its own', () => {
    expect(judgeLeftWork(work, [known], NOW_MS)).toEqual([
      {
        verdict: 'note',
        message: `migration ${ID} of web-1 (copying) is on its way here: copy-disk has run for 1 min 30 s; the lock on ${SERVER}, eve@desk since 2026-01-02T03:04:05Z`,
        fix: `coldhaul status ${ID}`,
      },
    ]);
  });

  test('what is over is told with the commands that take it away, in their order', () => {
    const [left] = judgeLeftWork(work, [over], NOW_MS);
    expect(left).toMatchObject({
      verdict: 'warn',
      fix: `On the host, as root: kill -- -4711 && rm -r /run/coldhaul/jobs/${ID} && rm /run/coldhaul/locks/${SERVER}`,
    });
    expect(left?.message).toContain('is failed, and left here');
  });

  test('of an unknown one, nothing is told to be removed before somebody was asked', () => {
    const [left] = judgeLeftWork({ ...work, jobs: [{ ...job, state: 'lost' }] }, [], NOW_MS);
    expect(left?.message).toContain('no journal on this workstation knows migration');
    expect(left?.message).toContain('copy-disk was cut off, begun 1 min 30 s ago');
    expect(left?.fix).toMatch(
      /^Where it was begun: coldhaul status .*Only if that work is certainly over, .* rm -r /,
    );
    expect(left?.fix).not.toContain('kill');
  });

  test('a stage that nobody accounts for leads to the diagnosis, never to a removal', () => {
    const left = judgeLeftWork({ ...nothing, stages: [stage] }, [over], NOW_MS);
    expect(left).toEqual([
      {
        verdict: 'warn',
        message: `3.00 GiB in ${nothing.stagesDirectory}/${SERVER}, last changed 2 h 00 min ago, of no migration that is on its way here`,
        fix: `coldhaul diagnose ${SERVER}`,
      },
    ]);
    expect(
      judgeLeftWork({ ...nothing, stages: [{ ...stage, serverId: OTHER }] }, [known], NOW_MS),
    ).toHaveLength(1);
  });

  test('a lock from before the host was booted says so', () => {
    const [left] = judgeLeftWork({ ...nothing, locks: [{ ...lock, isOfThisBoot: false }] }, [known], NOW_MS);
    expect(left?.message).toContain('from before the host was booted');
  });

  test('a name that a host made up stays one line and one word', () => {
    const evil = { ...job, name: 'copy\n$(reboot)', migrationId: 'x;reboot\u202e' };
    const [left] = judgeLeftWork({ ...nothing, jobs: [evil], locks: [{ ...lock, who: 'a\nb' }] }, [], NOW_MS);
    expect(left?.message).toContain('copy\\u{a}$(reboot)');
    expect(left?.message).not.toMatch(/[\n\u202e]/);
    expect(left?.fix).toContain("'x;reboot");
    expect(left?.fix).not.toMatch(/[\n\u202e]/);
  });
});
