import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Fact } from '../../main/domain/facts.ts';
import type { Ports } from '../../main/domain/ports.ts';
import { bootOn, domainState, exists } from '../lab/demo/truth.ts';
import { createEphemeralBase } from '../lab/hosts/disks.ts';
import { INSTANCES_PATH, type LabHost } from '../lab/types.ts';
import { engineOnLab } from '../support/engine-on-lab.ts';
import { digests, guestContent, must, ownership } from '../support/instance-files.ts';
import type { LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, SOURCE, type LabWithImage } from '../support/lab.ts';

/** The traps that docs/handbook/nova.md tells of, each set for real on the lab's hosts. */

let bench: LabWithImage;
let end: (() => Promise<void>) | undefined;
let source: LabHost;
let destination: LabHost;
let engine: LabEngine;
/** What the next copy of a disk does after it has ended well. */
let afterCopy: ((disk: string, toPath: string) => Promise<void>) | undefined;

function around(ports: Ports<Fact>): Ports<Fact> {
  return {
    ...ports,
    transfer: {
      ...ports.transfer,
      async copy(order, onBytes, signal) {
        const result = await ports.transfer.copy(order, onBytes, signal);
        await afterCopy?.(order.disk, order.toPath);
        return result;
      },
    },
  };
}

beforeAll(async () => {
  ({ bench, engine, source, destination, end } = await engineOnLab(around));
});
afterAll(() => end?.());

function create(name: string, more: { readonly running?: boolean; readonly flavor?: string } = {}) {
  return bench.lab.cloud.createServer({ name, host: SOURCE, image: bench.image, running: false, ...more });
}

/** Confirms, and gives the names on the hosts back for the next test. */
async function confirm(id: string): Promise<void> {
  await engine.call('migration.confirm', { id, by: 'a test' });
  expect(await engine.settled(id)).toMatchObject({ phase: 'confirmed' });
}

async function basePath(host: LabHost, serverId: string, disk: string): Promise<string> {
  const said = await must(
    host,
    'qemu-img',
    'info',
    '-U',
    '--output=json',
    `${INSTANCES_PATH}/${serverId}/${disk}`,
  );
  return (JSON.parse(said) as { 'full-backing-filename': string })['full-backing-filename'];
}

test('a base that the destination lacks is staged, with a fresh mtime, owned by nova, also when its image is gone', async () => {
  const server = await create('base-missing');
  const base = await basePath(source, server.id, 'disk');
  await must(destination, 'rm', '-f', base);
  await must(source, 'touch', '-d', '2020-01-01', base);
  const content = await guestContent(source, `${server.id}/disk`);
  bench.lab.cloud.control.deleteImage(bench.image.id);
  const moved = await engine.migrate('base-missing', DESTINATION);
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true });
  expect(await guestContent(destination, `${server.id}/disk`)).toBe(content);
  const [mtime = '0', owner] = (await must(destination, 'stat', '-c', '%Y %U', base)).trim().split(' ');
  expect(Date.now() / 1000 - Number(mtime)).toBeLessThan(600);
  expect(owner).toBe('nova');
  await confirm(moved.id);
  bench = {
    ...bench,
    image: await bench.lab.cloud.addImage({
      name: 'sample',
      file: `${bench.lab.directory}/images/sample.qcow2`,
      diskFormat: 'qcow2',
    }),
  };
});

test('another file under the base’s name is noticed, and the disk flattened; the guest sees the same', async () => {
  const server = await create('base-other');
  const base = await basePath(source, server.id, 'disk');
  // As large as the right one, and not equal.
  await must(
    destination,
    'sh',
    '-c',
    'mkdir -p "${1%/*}" && truncate -s "$2" "$1" && chown nova: "${1%/*}" "$1"',
    'test',
    base,
    (await must(source, 'stat', '-c', '%s', base)).trim(),
  );
  const content = await guestContent(source, `${server.id}/disk`);
  const moved = await engine.migrate('base-other', DESTINATION);
  expect(moved.disks.find((disk) => disk.name === 'disk')).toMatchObject({
    strategy: 'flatten',
    state: 'verified',
  });
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true });
  expect(await guestContent(destination, `${server.id}/disk`)).toBe(content);
  await confirm(moved.id);
  await must(destination, 'rm', '-f', base);
});

test('an ephemeral base that differs does not change the guest’s content: the disk is flattened', async () => {
  const server = await create('ephemeral', { flavor: 'lab.data' });
  const base = await basePath(source, server.id, 'disk.eph0');
  await must(destination, 'rm', '-f', base);
  await createEphemeralBase(destination, base, 1024);
  await must(destination, 'chown', 'nova:', base);
  expect(await must(destination, 'sha256sum', base)).not.toBe(await must(source, 'sha256sum', base));
  const content = await guestContent(source, `${server.id}/disk.eph0`);
  const moved = await engine.migrate('ephemeral', DESTINATION);
  expect(moved.disks.find((disk) => disk.name === 'disk.eph0')).toMatchObject({ strategy: 'flatten' });
  expect(await guestContent(destination, `${server.id}/disk.eph0`)).toBe(content);
  await confirm(moved.id);
});

test('a revert after flattening keeps what the guest sees, and the original file', async () => {
  const server = await create('flat-back', { flavor: 'lab.data' });
  const before = {
    root: await guestContent(source, `${server.id}/disk`),
    ephemeral: await guestContent(source, `${server.id}/disk.eph0`),
  };
  const moved = await engine.migrate('flat-back', DESTINATION);
  expect(moved.disks.some((disk) => disk.strategy === 'flatten')).toBe(true);
  await engine.call('migration.revert', { id: moved.id, by: 'a test' });
  expect(await engine.settled(moved.id)).toMatchObject({ phase: 'reverted' });
  const after = {
    root: await guestContent(source, `${server.id}/disk`),
    ephemeral: await guestContent(source, `${server.id}/disk.eph0`),
  };
  expect(after).toEqual(before);
});

test('one byte changed at the destination is caught; the migration stops and the source is whole and runs again', async () => {
  const server = await create('one-byte', { running: true });
  let before: Readonly<Record<string, string>> = {};
  afterCopy = async (disk, toPath) => {
    if (disk !== 'disk') return;
    before = await digests(source, server.id);
    // Same size, same mtime: Nova's rsync would take it for the same file.
    const script =
      'm=$(stat -c %y "$1") && printf "\\377" | dd of="$1" bs=1 seek=300000 conv=notrunc status=none && touch -d "$m" "$1"';
    await must(destination, 'sh', '-c', script, 'test', toPath);
  };
  const failed = await engine.migrate('one-byte', DESTINATION);
  afterCopy = undefined;
  expect(failed).toMatchObject({
    phase: 'failed',
    failure: { code: 'migration.copy-differs' },
    running: true,
  });
  expect(failed.outcome).toContain('nothing of it was lost');
  expect(bench.lab.cloud.servers.get(server.id)).toMatchObject({ vmState: 'active', locked: false });
  expect(await bootOn(source, server.id)).toMatchObject({ boot: 2, payload: 'OK' });
  expect(Object.keys(before)).toContain('disk');
  expect(await exists(destination, `${INSTANCES_PATH}/${server.id}`)).toBe(false);
  expect(await domainState(destination, server.id)).toBe('absent');
});

test('a stale seed with equal size and mtime is not believed', async () => {
  const server = await create('stale');
  const stage = `${INSTANCES_PATH}/_coldhaul/${server.id}`;
  const [size = '', mtime = ''] = (
    await must(source, 'stat', '-c', '%s|%y', `${INSTANCES_PATH}/${server.id}/disk`)
  )
    .trim()
    .split('|');
  const script =
    'mkdir -p "$1" && truncate -s "$2" "$1/disk" && touch -d "$3" "$1/disk" && chown -R nova: "$1"';
  await must(destination, 'sh', '-c', script, 'test', stage, size, mtime);
  const before = await digests(source, server.id);
  const moved = await engine.migrate('stale', DESTINATION);
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true });
  expect((await digests(destination, server.id))['disk']).toBe(before['disk']);
  await confirm(moved.id);
});

test('a directory of root at the source is refused before the stop; the one we make at the destination is nova’s', async () => {
  const server = await create('root-owned', { running: true });
  await must(source, 'chown', 'root:', `${INSTANCES_PATH}/${server.id}`);
  const plan = await engine.call('plan.make', { server: 'root-owned', destination: DESTINATION });
  expect(plan.findings.find((finding) => finding.id === 'source.owner')).toMatchObject({ verdict: 'block' });
  await expect(engine.call('migration.start', { planId: plan.id, by: 'a test' })).rejects.toMatchObject({
    code: 'plan.blocked',
  });
  expect(bench.lab.cloud.servers.get(server.id)).toMatchObject({ vmState: 'active', locked: false });
  await must(source, 'chown', 'nova:', `${INSTANCES_PATH}/${server.id}`);
  const moved = await engine.migrate('root-owned', DESTINATION);
  expect(await ownership(destination, server.id)).toBe('nova 755');
  await confirm(moved.id);
});

test('Nova’s own copy fails after the seed: the hard links save the bytes, the source runs again, the next try finds them', async () => {
  const server = await create('nova-fails', { running: true });
  const staged = `${INSTANCES_PATH}/_coldhaul/${server.id}/disk`;
  const mode = (await must(destination, 'stat', '-c', '%a', INSTANCES_PATH)).trim();
  // Nova's last copy command fails, after the others went well.
  const wrapper = '#!/bin/sh\ncase "$*" in *_resize/disk.info*) exit 12 ;; esac\nexec /usr/bin/rsync "$@"\n';
  await must(
    source,
    'sh',
    '-c',
    'printf %s "$1" >/usr/local/bin/rsync && chmod 755 /usr/local/bin/rsync',
    'test',
    wrapper,
  );
  const failed = await engine.migrate('nova-fails', DESTINATION);
  await must(source, 'rm', '/usr/local/bin/rsync');
  expect(bench.lab.cloud.servers.get(server.id)?.fault?.message).toBe('ProcessExecutionError');
  expect(failed).toMatchObject({ phase: 'failed', failure: { code: 'migration.failed' }, running: true });
  expect(await exists(destination, `${INSTANCES_PATH}/${server.id}`)).toBe(false);
  const kept = await must(destination, 'stat', '-c', '%i', staged);
  expect((await must(destination, 'stat', '-c', '%a', INSTANCES_PATH)).trim()).toBe(mode);
  expect(await bootOn(source, server.id)).toMatchObject({ boot: 2, payload: 'OK' });

  const moved = await engine.migrate('nova-fails', DESTINATION);
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, running: true, novaCopiedBytes: 0 });
  expect(await must(destination, 'stat', '-c', '%i', `${INSTANCES_PATH}/${server.id}/disk`)).toBe(kept);
  await confirm(moved.id);
});
