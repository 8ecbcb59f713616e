import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { LabServer } from '../lab/cloud/model.ts';
import { bootOn, domainState, exists } from '../lab/demo/truth.ts';
import { INSTANCES_PATH, type LabHost } from '../lab/types.ts';
import { engineOnLab } from '../support/engine-on-lab.ts';
import { digests, guestContent, must } from '../support/instance-files.ts';
import type { LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, SOURCE, type LabWithImage } from '../support/lab.ts';
import { aroundPoints, clearPoints, type Points } from '../support/points.ts';
import { chainOf, inodeOf, putOther, contentOf } from '../support/virtual-disk.ts';

/**
 * The image cache of the destination may take a base away, and somebody may put another file under its name, while the
 * disks that stand on it are under way. The one is put back from its pin; the other is never called proven.
 */

const DISKS = ['disk', 'disk.eph0'] as const;

// A bound against hanging, not a measure: whole migrations on a busy machine.
vi.setConfig({ testTimeout: 600_000 });

let bench: LabWithImage;
let end: (() => Promise<void>) | undefined;
let source: LabHost;
let destination: LabHost;
let engine: LabEngine;
const points: Points = {};
const said: string[] = [];

beforeAll(async () => {
  ({ bench, engine, source, destination, end } = await engineOnLab(aroundPoints(points, said)));
});
afterEach(async () => {
  clearPoints(points);
  // The next test begins with a destination that knows no base.
  await must(destination, 'sh', '-c', 'rm -f "$1"/_base/*', 'test', INSTANCES_PATH);
});
afterAll(() => end?.());

/** An instance whose root and ephemeral disk both stand on a base. */
function create(name: string, running: boolean): Promise<LabServer> {
  const order = { host: SOURCE, flavor: 'lab.data', image: bench.image, running, project: 'demo' } as const;
  return bench.lab.cloud.createServer({ name, ...order });
}

const diskPath = (id: string, name: string): string => `${INSTANCES_PATH}/${id}/${name}`;

/** What a disk stands on, nearest first. */
async function belowOf(host: LabHost, path: string): Promise<readonly string[]> {
  return (await chainOf(host, path)).slice(1);
}

/** The bases under both disks, read at the source. */
async function basesOf(id: string): Promise<readonly string[]> {
  return (await Promise.all(DISKS.map((name) => belowOf(source, diskPath(id, name))))).flat();
}

/** The destination has equal bases already. */
async function bringOver(bases: readonly string[]): Promise<void> {
  await must(destination, 'install', '-d', '-o', 'nova', `${INSTANCES_PATH}/_base`);
  for (const base of bases) {
    const { code, stderr } = await source.exec(['rsync', '-qS', base, `${DESTINATION}:${base}`], {
      user: 'nova',
    });
    if (code !== 0) throw new Error(stderr);
  }
}

async function decide(call: 'migration.confirm' | 'migration.revert', id: string): Promise<void> {
  await engine.call(call, { id, by: 'a test' });
  const phase = call === 'migration.confirm' ? 'confirmed' : 'reverted';
  expect(await engine.settled(id)).toMatchObject({ phase });
}

/** Does something between the last digest and Nova's migrate, when all is in its place. */
function beforeTheMigrate(act: () => Promise<unknown>): void {
  points.place = async (real, ...args) => {
    await real(...args);
    await act();
  };
}

/** How often Nova was told to migrate it. */
function migratesOf(id: string): number {
  return bench.lab.cloud.state.migrations.filter(({ serverId }) => serverId === id).length;
}

async function sizeOf(base: string): Promise<number> {
  return Number(await must(source, 'stat', '-c', '%s', base));
}

/** Every file of the instance, every chain, and every base below: what a guest reads is made of these bytes alone. */
async function stateAt(host: LabHost, id: string, bases: readonly string[]) {
  return {
    files: await digests(host, id),
    below: await Promise.all(DISKS.map((name) => belowOf(host, diskPath(id, name)))),
    bases: await Promise.all(bases.map((base) => contentOf(host, base))),
  };
}

test.each(['staged', 'present'])(
  'bases (%s) that vanish before the migrate are put back from their pins, the very files that were compared',
  async (how) => {
    const { id } = await create(`gone-${how}`, false);
    const bases = await basesOf(id);
    if (how === 'present') await bringOver(bases);
    const content = await guestContent(source, `${id}/disk`);
    const state = await stateAt(source, id, bases);
    const before: string[] = [];
    beforeTheMigrate(async () => {
      for (const base of bases) before.push(await inodeOf(destination, base));
      await must(destination, 'rm', ...bases);
    });
    const moved = await engine.migrate(`gone-${how}`, DESTINATION);
    expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, novaCopiedBytes: 0 });
    for (const name of DISKS)
      expect(moved.disks.find((disk) => disk.name === name)).toMatchObject({ strategy: 'overlay' });
    expect(before).toHaveLength(2);
    for (const [index, base] of bases.entries()) {
      expect(await inodeOf(destination, base)).toBe(before[index]);
      const [mtime = '0', owner] = (await must(destination, 'stat', '-c', '%Y %U', base)).trim().split(' ');
      expect(owner).toBe('nova');
      expect(Date.now() / 1000 - Number(mtime)).toBeLessThan(3600);
    }
    const expectEqual = async (): Promise<void> => {
      const there = await stateAt(destination, id, bases);
      // Nova writes its record of formats anew, and makes the swap anew.
      const some = expect.any(String) as string;
      expect(there).toEqual({ ...state, files: { ...state.files, 'disk.info': some, 'disk.swap': some } });
    };
    await expectEqual();
    expect(
      said.filter((line) => line.includes('had been removed on') && line.includes('it is back')),
    ).toHaveLength(2);
    said.length = 0;
    await decide('migration.confirm', moved.id);
    await expectEqual();
    expect(await guestContent(destination, `${id}/disk`)).toBe(content);
    expect(await exists(destination, `${INSTANCES_PATH}/_coldhaul/${id}`)).toBe(false);
  },
);

test('a base that vanishes between the plan and the start is noticed before anything is done', async () => {
  const { id } = await create('gone-early', true);
  const bases = await basesOf(id);
  await bringOver(bases);
  const plan = await engine.call('plan.make', { server: 'gone-early', destination: DESTINATION });
  expect(plan.bases.map(({ action }) => action)).toEqual(['present', 'present']);
  await must(destination, 'rm', bases[0] ?? '');
  const acknowledged = plan.findings.map((finding) => finding.id);
  const begun = await engine.call('migration.start', { planId: plan.id, by: 'a test', acknowledged });
  const failed = await engine.settled(begun.id);
  expect(failed).toMatchObject({ phase: 'failed', failure: { code: 'migration.changed' }, running: true });
  expect(failed.failure?.message).toContain(bases[0]);
  expect(bench.lab.cloud.servers.get(id)).toMatchObject({ vmState: 'active', locked: false });
  expect(await bootOn(source, id)).toMatchObject({ boot: 1 });
  expect(await domainState(destination, id)).toBe('absent');
});

test('a base that is made anew between the plan and the start is another file, and noticed before anything is done', async () => {
  const { id } = await create('anew-early', true);
  const bases = await basesOf(id);
  await bringOver(bases);
  const plan = await engine.call('plan.make', { server: 'anew-early', destination: DESTINATION });
  const [base = ''] = bases;
  await putOther(destination, base, await sizeOf(base));
  const acknowledged = plan.findings.map((finding) => finding.id);
  const begun = await engine.call('migration.start', { planId: plan.id, by: 'a test', acknowledged });
  const failed = await engine.settled(begun.id);
  expect(failed).toMatchObject({ phase: 'failed', failure: { code: 'migration.changed' }, running: true });
  expect(failed.failure?.message).toContain(`${base} became another file`);
  expect(bench.lab.cloud.servers.get(id)).toMatchObject({ vmState: 'active', locked: false });
  expect(await bootOn(source, id)).toMatchObject({ boot: 1 });
});

test('another file under a base’s name before the migrate: Nova is not told, and the guest runs on at its source', async () => {
  const { id } = await create('replaced-early', true);
  const bases = await basesOf(id);
  const [base = ''] = bases;
  let before: unknown;
  beforeTheMigrate(async () => {
    before = await stateAt(source, id, bases);
    await putOther(destination, base, await sizeOf(base));
  });
  const starts: unknown[] = [];
  points.start = async (real, ...args) => {
    starts.push(await stateAt(source, id, bases));
    return real(...args);
  };
  const failed = await engine.migrate('replaced-early', DESTINATION);
  expect(failed).toMatchObject({
    phase: 'failed',
    failure: { code: 'migration.changed' },
    proven: false,
    running: true,
  });
  expect(failed.failure?.message).toContain(`${base} at the destination is another file`);
  expect(migratesOf(id)).toBe(0);
  // Byte for byte what it was when it had stopped.
  expect(starts).toEqual([before]);
  expect(await bootOn(source, id)).toMatchObject({ boot: 2, payload: 'OK', ephemeral: 2 });
  expect(bench.lab.cloud.servers.get(id)).toMatchObject({ host: SOURCE, vmState: 'active', locked: false });
  expect(await domainState(destination, id)).toBe('absent');
  expect(await exists(destination, `${INSTANCES_PATH}/${id}`)).toBe(false);
  // The next plan knows what lies there.
  const plan = await engine.call('plan.make', { server: 'replaced-early', destination: DESTINATION });
  expect(plan.disks.find((disk) => disk.name === 'disk')).toMatchObject({ strategy: 'flatten' });
});

test('a name that is taken in the very moment of putting a base back is not mistaken for it', async () => {
  const { id } = await create('taken', true);
  const [, base = ''] = await basesOf(id);
  beforeTheMigrate(() => must(destination, 'rm', base));
  points.publishBase = async (real, ...args) => {
    if (args[2] === base && args[1].includes('/pinned.'))
      await putOther(destination, base, await sizeOf(base));
    return real(...args);
  };
  const failed = await engine.migrate('taken', DESTINATION);
  expect(failed).toMatchObject({ phase: 'failed', failure: { code: 'migration.changed' }, running: true });
  expect(failed.failure?.message).toContain(`${base} at the destination is another file`);
  expect(migratesOf(id)).toBe(0);
  expect(await bootOn(source, id)).toMatchObject({ boot: 2, payload: 'OK', ephemeral: 2 });
});

test.each([true, false])(
  'bases that change while Nova is at work (running: %s): not proven, no confirm, and a revert gives back every byte',
  async (running) => {
    const name = `replaced-late-${String(running)}`;
    const { id } = await create(name, running);
    const bases = await basesOf(id);
    const [root = '', ephemeral = ''] = bases;
    let before: unknown;
    beforeTheMigrate(async () => {
      before = await stateAt(source, id, bases);
    });
    // The image's base is replaced; the ephemeral one is taken away, and Nova makes it anew, with other content.
    bench.lab.cloud.control.at({
      point: 'copied',
      serverId: id,
      async act() {
        await putOther(destination, root, await sizeOf(root));
        await must(destination, 'rm', ephemeral);
      },
    });
    const moved = await engine.migrate(name, DESTINATION);
    expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: false });
    expect(await contentOf(destination, ephemeral)).not.toBe(await contentOf(source, ephemeral));
    const unproven = moved.proofs.filter((proof) => !proof.ok);
    expect(unproven.map((proof) => proof.name)).toEqual(['bases']);
    for (const base of [root, ephemeral]) expect(unproven[0]?.said).toContain(base);

    const verdict = { id: moved.id, by: 'a test' };
    const refused = { code: 'migration.unproven' };
    await expect(engine.call('migration.confirm', verdict)).rejects.toMatchObject(refused);
    // A second look says the same.
    await engine.call('migration.resume', { id: moved.id });
    expect(await engine.settled(moved.id)).toMatchObject({ phase: 'awaiting-verdict', proven: false });
    await expect(engine.call('migration.confirm', verdict)).rejects.toMatchObject(refused);
    expect(await exists(source, `${INSTANCES_PATH}/${id}_resize/disk`)).toBe(true);

    await decide('migration.revert', moved.id);
    // One that ran has booted again on its own disks, which knew nothing of the destination.
    if (running) expect(await bootOn(source, id)).toMatchObject({ boot: 2, payload: 'OK', ephemeral: 2 });
    else expect(await stateAt(source, id, bases)).toEqual(before);
    expect(await domainState(destination, id)).toBe('absent');
    expect(await exists(destination, `${INSTANCES_PATH}/${id}`)).toBe(false);
  },
);

test('at the source: a base that vanished is back for the revert; one that was made anew is refused until it is put right', async () => {
  const { id } = await create('way-back', true);
  const bases = await basesOf(id);
  const [root = '', ephemeral = ''] = bases;
  let before: unknown;
  beforeTheMigrate(async () => {
    before = await stateAt(source, id, bases);
  });
  const moved = await engine.migrate('way-back', DESTINATION);
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, running: true });
  // No instance of the source uses them now: the image cache takes both, and the next instance gets a new ephemeral one.
  await must(source, 'rm', root);
  await putOther(source, ephemeral, await sizeOf(ephemeral));
  await engine.call('migration.revert', { id: moved.id, by: 'a test' });
  const refused = await engine.settled(moved.id);
  expect(refused).toMatchObject({ phase: 'reverting', interrupted: { code: 'migration.changed' } });
  const message = refused.interrupted?.message ?? '';
  const pin = message.slice(message.lastIndexOf(' ') + 1);
  expect(message).toContain(`${ephemeral} is another file`);
  expect(pin).toBe(
    `${INSTANCES_PATH}/_coldhaul/${id}/pinned.${ephemeral.slice(ephemeral.lastIndexOf('/') + 1)}`,
  );
  // Nova was not told: the instance runs where it is.
  expect(await domainState(destination, id)).toBe('running');
  expect(await domainState(source, id)).toBe('shut off');

  await must(source, 'ln', '-f', '-T', pin, ephemeral);
  expect(await stateAt(source, `${id}_resize`, bases)).toMatchObject(before as object);
  await engine.call('migration.resume', { id: moved.id });
  expect(await engine.settled(moved.id)).toMatchObject({ phase: 'reverted', running: true });
  expect(await bootOn(source, id)).toMatchObject({ boot: 2, payload: 'OK', ephemeral: 2 });
});
