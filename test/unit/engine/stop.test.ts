import { expect, test } from 'vitest';
import type { Server } from '../../../main/domain/cloud.ts';
import { Failure } from '../../../main/domain/failure.ts';
import type { DiskFile } from '../../../main/domain/host.ts';
import type { Ports } from '../../../main/domain/ports.ts';
import type { Fact } from '../../../main/domain/facts.ts';
import type { StepContext } from '../../../main/engine/context.ts';
import { stop } from '../../../main/engine/steps/stop.ts';
import {
  directory,
  diskFile,
  diskPlan,
  INSTANCES,
  migration,
  onHost,
  plan,
  server,
  SERVER_ID,
} from '../../support/samples.ts';

const MINUTE_MS = 60_000;
const active = server({ host: 'hostA' });
const off = server({ host: 'hostA', status: 'SHUTOFF', vmState: 'stopped', powerState: 4 });
const busy = { ...active, taskState: 'image_uploading' };

interface Bench {
  readonly done: ReturnType<typeof stop>;
  readonly acts: string[];
  readonly minutes: () => number;
}

/** Nova as `says` tells at each moment, a host with these disks, and a clock that moves with every wait. */
function begin(
  says: (nowMs: number, acts: readonly string[]) => Server,
  more: {
    readonly disks?: readonly DiskFile[];
    readonly running?: boolean;
    readonly conflicts?: number;
    /** By how much the time of this machine is wrong, at each moment. */
    readonly wrongMs?: (nowMs: number) => number;
  } = {},
): Bench {
  let nowMs = 0;
  let conflicts = more.conflicts ?? 0;
  const acts: string[] = [];
  const note = (act: string): Promise<void> => {
    acts.push(act);
    return Promise.resolve();
  };
  const of = plan({ disks: [diskPlan('disk')], bases: [] });
  const here = onHost('hostA', {
    directory: directory(`${INSTANCES}/${SERVER_ID}`, { disks: more.disks ?? [diskFile('disk')] }),
    domain: 'shut off',
  });
  const ports: Pick<Ports<Fact>, 'clock' | 'log'> & Record<'cloud' | 'hypervisors', object> = {
    clock: {
      nowMs: () => nowMs + (more.wrongMs?.(nowMs) ?? 0),
      elapsedMs: () => nowMs,
      wait: (ms) => {
        nowMs += ms;
        return Promise.resolve();
      },
    },
    log: () => undefined,
    cloud: {
      server: () => Promise.resolve(says(nowMs, acts)),
      stop: () => {
        if ((conflicts -= 1) >= 0)
          return Promise.reject(new Failure('cloud.conflict', 'in task_state image_snapshot'));
        return note('stop');
      },
    },
    hypervisors: { instance: () => Promise.resolve(here), destroyDomain: () => note('destroy') },
  };
  const context = {
    ports,
    state: migration([], { ...of, server: { ...of.server, running: more.running ?? true } }),
    signal: new AbortController().signal,
    who: 'a test',
    pollMs: 5_000,
    limit: { kibPerSecond: () => undefined, onChange: () => () => undefined },
    moved: () => undefined,
  } as unknown as StepContext;
  return { done: stop(context), acts, minutes: () => nowMs / MINUTE_MS };
}

test('a guest that was never asked keeps its plug, however long Nova is at something else', async () => {
  const { done, acts } = begin((nowMs, did) => {
    if (nowMs < 20 * MINUTE_MS) return busy;
    return did.includes('stop') ? off : active;
  });
  expect(await done).toEqual({ type: 'stopped', how: 'graceful' });
  expect(acts).toEqual(['stop']);
});

test('Nova that stays at something else is left after half an hour, and nothing was done', async () => {
  const { done, acts, minutes } = begin(() => busy);
  await expect(done).rejects.toMatchObject({ code: 'migration.changed' });
  expect(acts).toEqual([]);
  expect(minutes()).toBeGreaterThan(30);
});

test('a stop that meets something else is asked for again', async () => {
  const { done, acts } = begin((_nowMs, did) => (did.includes('stop') ? off : active), { conflicts: 2 });
  expect(await done).toMatchObject({ how: 'graceful' });
  expect(acts).toEqual(['stop']);
});

test('a clock that is set forward in the middle costs no guest its time to stop', async () => {
  const asked = { ...active, taskState: 'powering-off' };
  const says = (nowMs: number, did: readonly string[]): Server => {
    if (!did.includes('stop')) return active;
    return nowMs < 30_000 ? asked : off;
  };
  const { done, acts } = begin(says, { wrongMs: (nowMs) => (nowMs < 10_000 ? 0 : 24 * 60 * MINUTE_MS) });
  expect(await done).toEqual({ type: 'stopped', how: 'graceful' });
  expect(acts).toEqual(['stop']);
});

test('the plug is pulled after the time limit of a guest that was asked', async () => {
  const { done, acts, minutes } = begin((_nowMs, did) => {
    if (did.includes('destroy')) return off;
    return did.includes('stop') ? { ...active, taskState: 'powering-off' } : active;
  });
  expect(await done).toMatchObject({ how: 'hard' });
  expect(acts).toEqual(['stop', 'destroy']);
  expect(minutes()).toBeGreaterThan(1);
});

test('an instance that was off, and runs now, is left alone', async () => {
  const { done, acts } = begin(() => active, { running: false });
  await expect(done).rejects.toMatchObject({
    code: 'migration.changed',
    message: expect.stringContaining('somebody has started it since') as string,
  });
  expect(acts).toEqual([]);
});

test('a snapshot that was taken on the host since the lock is found when it is off', async () => {
  const disks = [diskFile('disk'), diskFile('disk.snap1', { role: 'other' })];
  const { done } = begin((_nowMs, did) => (did.includes('stop') ? off : active), { disks });
  await expect(done).rejects.toMatchObject({
    code: 'migration.changed',
    message: expect.stringContaining('disk.snap1 is new') as string,
  });
});
