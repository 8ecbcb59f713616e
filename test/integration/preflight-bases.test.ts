/** Bases that are not where they should be: made otherwise by the other host, or gone with their image. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { PlanView } from '../../main/contract/views.ts';
import type { LabServer } from '../lab/cloud/model.ts';
import { INSTANCES_PATH, type LabHost } from '../lab/types.ts';
import { failureOf } from '../support/failure-of.ts';
import { must } from '../support/instance-files.ts';
import { openLabEngine, type LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from '../support/lab.ts';
import { chainOf } from '../support/virtual-disk.ts';

const THIRD = 'compute-c';

let bench: LabWithImage;
let engine: LabEngine;
let source: LabHost;
let destination: LabHost;
let server: LabServer;

beforeAll(async () => {
  bench = await labWithImage({ hosts: [{ name: SOURCE }, { name: DESTINATION }, { name: THIRD }] });
  const { cloud } = bench.lab;
  source = bench.lab.host(SOURCE);
  destination = bench.lab.host(DESTINATION);
  const order = { image: bench.image, flavor: 'lab.data', running: false };
  await cloud.createServer({ ...order, name: 'neighbour', host: DESTINATION });
  await cloud.createServer({ ...order, name: 'elsewhere', host: THIRD, flavor: 'lab.small' });
  server = await cloud.createServer({ ...order, name: 'web', host: SOURCE });
  engine = await openLabEngine(bench.lab);
});
afterAll(async () => {
  await engine.close();
  await bench.lab.down();
});

async function finding(id: string): Promise<PlanView['findings'][number] | undefined> {
  const { findings } = await engine.call('plan.make', { server: 'web', destination: DESTINATION });
  return findings.find((found) => found.id === id);
}

const pathOf = (name: string): string => `${INSTANCES_PATH}/${server.id}/${name}`;

test('bases.ephemeral: every host makes its own, until the destination has none or the same', async () => {
  expect(await finding('bases.ephemeral')).toMatchObject({
    verdict: 'note',
    message: expect.stringMatching(/disk\.eph0: compute-b holds another file.*made into one file/) as string,
  });
  const [, base = ''] = await chainOf(source, pathOf('disk.eph0'));
  await must(destination, 'mv', base, `${base}.kept`);
  expect(await finding('bases.ephemeral')).toMatchObject({
    verdict: 'pass',
    message: expect.stringContaining('it is copied before the instance is stopped') as string,
  });
  await must(destination, 'mv', `${base}.kept`, base);
});

test('a plan that is given up while bases are compared leaves no reader on either host', async () => {
  const [, base = ''] = await chainOf(source, pathOf('disk'));
  const hosts = [source, destination];
  // The reader comes no further than to its start, until it is let go; asked for its version it answers.
  const held =
    '#!/bin/sh\n[ $# -eq 0 ] || exec /usr/bin/b2sum "$@"\n: >/run/reading\nwhile [ ! -e /run/go ]; do read -r _ </run/hold; done\nexec /usr/bin/b2sum "$@"\n';
  const hold = 'printf %s "$1" >/usr/local/bin/b2sum && chmod 755 /usr/local/bin/b2sum && mkfifo /run/hold';
  for (const host of hosts) await must(host, 'sh', '-c', hold, 'test', held);
  const ask = randomUUID();
  const given = failureOf(
    engine.call('plan.make', { ask, server: 'web', destination: DESTINATION, digest: 'b2sum' }),
  );
  for (const host of hosts)
    await vi.waitFor(() => must(host, 'test', '-e', '/run/reading'), { timeout: 60_000 });
  const open = 'find /proc/[0-9]*/fd -lname "$1" 2>/dev/null; :';
  const readers = (host: LabHost): Promise<string> => must(host, 'sh', '-c', open, 'test', base);
  for (const host of hosts) expect(await readers(host)).not.toBe('');
  await engine.call('plan.stop', { ask });
  expect(await given).toMatchObject({ code: 'cancelled' });
  for (const host of hosts) {
    await must(host, 'sh', '-c', ': >/run/go; echo >/run/hold; rm /usr/local/bin/b2sum');
    await expect.poll(() => readers(host), { timeout: 60_000 }).toBe('');
    expect((await host.exec(['pgrep', '-x', 'dd|b2sum'])).stdout).toBe('');
  }
});

test('image: gone from Glance and from both hosts, and a third one has its base', async () => {
  const [, base = ''] = await chainOf(source, pathOf('disk'));
  // Without a base of its own there is nothing to bring along, and Nova wants it all the same.
  await must(
    source,
    'sh',
    '-c',
    'qemu-img convert -O qcow2 "$1" "$1.flat" && chown --reference="$1" "$1.flat" && mv "$1.flat" "$1"',
    'test',
    pathOf('disk'),
  );
  await must(destination, 'mv', base, `${base}.kept`);
  expect(await finding('image')).toMatchObject({ verdict: 'pass' });
  bench.lab.cloud.control.deleteImage(bench.image.id);
  const there = bench.lab.host(THIRD);

  const found = await finding('image');
  expect(found).toMatchObject({
    verdict: 'block',
    message: expect.stringMatching(/gone from Glance.*It lies on compute-c \(\d.*\)\.$/s) as string,
  });
  const [, command = ''] = /^On compute-c: (?<command>.+)$/.exec(found?.fix ?? '') ?? [];
  expect(command).toContain(`rsync --sparse --perms ${base} nova@`);
  await must(there, 'sh', '-c', command);

  expect(await finding('image')).toMatchObject({ verdict: 'note' });
  expect((await must(destination, 'stat', '-c', '%U', base)).trim()).toBe('nova');
});
