import { expect, test } from 'vitest';
import type { DomainState, InstanceOnHost } from '../../../main/domain/host.ts';
import type { Migration } from '../../../main/domain/migration.ts';
import type { Unlayered } from '../../../main/domain/hypervisors.ts';
import type { MergeOrder } from '../../../main/domain/transfer.ts';
import { merge, undoLayers } from '../../../main/engine/steps/merge.ts';
import {
  directory,
  diskFile,
  diskPlan,
  hostFacts,
  IMAGE_BASE,
  INSTANCES,
  link,
  migration,
  onHost,
  plan,
  server,
  SERVER_ID,
} from '../../support/samples.ts';
import { stepBench } from '../../support/step-bench.ts';

const path = `${INSTANCES}/${SERVER_ID}/disk`;
const layer = `${INSTANCES}/_coldhaul/${SERVER_ID}/layer.disk`;
const base = `${INSTANCES}/_base/${IMAGE_BASE}`;
const LAYERED = [layer, base];
const MERGED = [base];

function state(
  phase: 'confirming' | 'reverting' | 'restoring',
  strategy: 'overlay' | 'flatten' = 'overlay',
): Migration {
  const thin = plan({ route: 'thin', bases: [], disks: [diskPlan('disk', { strategy })] });
  return {
    ...migration([{ type: 'locked' }, { type: 'stop-begun' }, { type: 'stopped', how: 'graceful' }], thin),
    phase,
    concluded: phase !== 'restoring',
    layers: { disk: { inode: 5, sizeBytes: 1, mtimeSeconds: 1 } },
  };
}

interface Given {
  readonly below?: readonly string[];
  readonly after?: readonly string[];
  readonly domain?: DomainState;
  readonly openBy?: readonly string[];
  readonly unlayered?: Unlayered;
  readonly standing?: readonly string[];
  readonly freeBytes?: number;
  /** What each look finds missing, the last one again and again. */
  readonly unmerged?: readonly number[];
}

/** One host that is asked, with what it was asked to do. */
function bench(begun: Migration, given: Given) {
  const host = begun.phase === 'confirming' ? 'hostB' : 'hostA';
  const { after = MERGED, domain = 'running', openBy = [], unlayered = 'written', standing = [] } = given;
  let below = given.below ?? LAYERED;
  let unmerged = given.unmerged ?? [0];
  const done: string[] = [];
  const orders: MergeOrder[] = [];
  const see = (): InstanceOnHost => {
    const chain = [path, ...below].map((each) =>
      link(each, { backingFormat: each === layer ? 'raw' : 'qcow2' }),
    );
    return onHost(host, {
      domain,
      openBy,
      directory: directory('x', { disks: [diskFile('disk', { chain })] }),
    });
  };
  const facts = hostFacts();
  const instancesFileSystem = { ...facts.instancesFileSystem, freeBytes: given.freeBytes ?? 10 ** 12 };
  const at = stepBench(begun, {
    server: server({ host, status: domain === 'running' ? 'ACTIVE' : 'SHUTOFF' }),
    hosts: { [host]: see },
    hypervisors: {
      unlayer: (where, _server, _disk, merged) => {
        done.push(merged === undefined ? `unlayer on ${where}` : `end on ${where}`);
        if (unlayered === 'put back' || merged !== undefined) below = after;
        return Promise.resolve(unlayered);
      },
      nameDisksAgain: () => Promise.resolve(false),
      dropFlatLayers: (where) => {
        done.push(`drop on ${where}`);
        return Promise.resolve();
      },
      unmergedBytes: () => {
        const [now = 0, ...later] = unmerged;
        if (later.length > 0) unmerged = later;
        return Promise.resolve(now);
      },
      stat: () => Promise.resolve([diskFile('disk')]),
      standingOn: () => Promise.resolve(standing),
      facts: () => Promise.resolve({ ...facts, instancesFileSystem }),
    },
    transfer: {
      merge: (order) => {
        done.push(`merge on ${order.host}`);
        orders.push(order);
        if (order.running) below = after;
        return Promise.resolve({ seconds: 1 });
      },
    },
  });
  return { ...at, done, orders };
}

test('one that runs is pulled onto its base, where it ended', async () => {
  const at = bench(state('confirming'), {});
  expect(await merge(at.context, 'disk')).toMatchObject({ type: 'disk-merged', disk: 'disk', how: 'pulled' });
  expect(at.done).toEqual(['merge on hostB']);
  expect(at.orders).toMatchObject([{ running: true, path, basePath: base, layer }]);
});

test('after a revert the source is where it ended', async () => {
  const at = bench(state('reverting'), {});
  expect(await merge(at.context, 'disk')).toMatchObject({ how: 'pulled' });
  expect(at.done).toEqual(['merge on hostA']);
});

test('one that is off and was never written to gets the layer itself back', async () => {
  const at = bench(state('confirming'), { domain: 'shut off', unlayered: 'put back' });
  expect(await merge(at.context, 'disk')).toMatchObject({ how: 'put back' });
  expect(at.done).toEqual(['unlayer on hostB']);
});

test('one that is off and was written to is merged by qemu-img', async () => {
  const at = bench(state('confirming'), { domain: 'shut off' });
  expect(await merge(at.context, 'disk')).toMatchObject({ how: 'committed' });
  expect(at.done).toEqual(['unlayer on hostB', 'merge on hostB', 'end on hostB']);
  expect(at.orders).toMatchObject([{ running: false }]);
});

test('our own merge of before a restart is gone on with, and its layer is not touched meanwhile', async () => {
  const openBy = [`77 qemu-img commit -p -d -f qcow2 -b ${layer} ${path}`];
  const at = bench(state('confirming'), { domain: 'shut off', openBy });
  expect(await merge(at.context, 'disk')).toMatchObject({ how: 'committed' });
  expect(at.done).toEqual(['merge on hostB', 'end on hostB']);
});

test('a disk that was made one file stands alone afterwards', async () => {
  const at = bench(state('confirming', 'flatten'), { below: [layer], after: [] });
  expect(await merge(at.context, 'disk')).toMatchObject({ how: 'pulled' });
  expect(at.orders).toMatchObject([{ basePath: undefined }]);
});

test('what is merged already is believed by its chain alone', async () => {
  const at = bench(state('confirming'), { below: MERGED });
  expect(await merge(at.context, 'disk')).toMatchObject({ how: 'merged before' });
  expect(at.done).toEqual([]);
});

test.each<[string, Given, RegExp]>([
  ['its chain is another one', { below: [base, '/x'] }, /stands on .*not on its layer \(G7\)/],
  ['a stranger has it open', { domain: 'shut off', openBy: ['9 qemu-nbd x'] }, /\(G1\)/],
  ['libvirt does not tell', { domain: 'unknown' }, /\(G5\)/],
  ['there is no room', { freeBytes: 1000 }, /writes up to/],
])('nothing is done when %s', async (_what, given, words) => {
  const at = bench(state('confirming'), given);
  await expect(merge(at.context, 'disk')).rejects.toMatchObject({
    code: 'migration.changed',
    message: expect.stringMatching(words) as string,
  });
  expect(at.done).toEqual([]);
});

test('a pull that ended and changed nothing is told, and can be resumed', async () => {
  const at = bench(state('confirming'), { after: LAYERED });
  await expect(merge(at.context, 'disk')).rejects.toMatchObject({ code: 'job.failed' });
});

test('a pull is believed when QEMU has written it, and not before', async () => {
  const late = bench(state('confirming'), { unmerged: [4096, 4096, 0] });
  expect(await merge(late.context, 'disk')).toMatchObject({ how: 'pulled' });
  expect(late.said.join()).toContain('waiting until QEMU has written them');
  const never = bench(state('confirming'), { unmerged: [4096] });
  await expect(merge(never.context, 'disk')).rejects.toMatchObject({
    code: 'job.failed',
    passing: true,
    hint: expect.stringContaining('virsh suspend') as string,
  });
});

test('a guest that was killed before its pull was written is not called merged, though its chain says so', async () => {
  const at = bench(state('confirming'), { below: MERGED, domain: 'shut off', unmerged: [4096] });
  await expect(merge(at.context, 'disk')).rejects.toMatchObject({
    code: 'migration.changed',
    hint: expect.stringContaining(`qemu-img rebase -u -f qcow2 -F qcow2 -b ${layer} ${path}`) as string,
  });
  expect(at.done).toEqual([]);
});

test('a layer that another disk stands on is not called free', async () => {
  const at = bench(state('confirming'), { standing: ['/other/disk'] });
  await expect(merge(at.context, 'disk')).rejects.toMatchObject({
    message: expect.stringContaining('/other/disk') as string,
  });
});

test('on the way home an untouched overlay gives the name back; a disk without a layer is left alone', async () => {
  const layered = bench(state('restoring'), { domain: 'shut off', unlayered: 'put back' });
  await undoLayers(layered.context);
  expect(layered.done).toEqual(['unlayer on hostA']);
  const before = bench(state('restoring'), { domain: 'shut off', below: MERGED });
  await undoLayers(before.context);
  expect(before.done).toEqual([]);
});

test('on the way home an overlay that a guest wrote to is merged, never thrown away', async () => {
  const running = bench(state('restoring'), {});
  await undoLayers(running.context);
  expect(running.done).toEqual(['merge on hostA']);
  const off = bench(state('restoring'), { domain: 'shut off' });
  await undoLayers(off.context);
  expect(off.done).toEqual(['unlayer on hostA', 'merge on hostA', 'end on hostA']);
});

test('on the way home the reserve may be used: it is for that, and no more is left when a copy is broken off', async () => {
  const reserved = (phase: 'restoring' | 'confirming'): Migration => {
    const begun = state(phase);
    const options = { ...begun.plan.options, reserveBytes: 10 ** 9 };
    return { ...begun, plan: { ...begun.plan, options } };
  };
  const freeBytes = 10 ** 9;
  const home = bench(reserved('restoring'), { freeBytes });
  await undoLayers(home.context);
  expect(home.done).toEqual(['merge on hostA']);
  const away = bench(reserved('confirming'), { freeBytes });
  await expect(merge(away.context, 'disk')).rejects.toMatchObject({ code: 'migration.changed' });
});

test('after a live freeze what layers were flattened into makes room first', async () => {
  const begun: Migration = { ...state('restoring', 'flatten'), liveFreeze: 'done' };
  const options = { ...begun.plan.options, live: true };
  const at = bench({ ...begun, plan: { ...begun.plan, options } }, {});
  await undoLayers(at.context);
  expect(at.done).toEqual(['drop on hostA', 'merge on hostA']);
  expect(at.orders).toMatchObject([{ basePath: base }]);
});
