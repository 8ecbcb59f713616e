import { appendFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bootOn, untrueDigests, untrueEnd } from '../lab/demo/truth.ts';
import { INSTANCES_PATH, type LabHost } from '../lab/types.ts';
import { must } from '../support/instance-files.ts';
import { openLabEngine, type LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from '../support/lab.ts';
import { aroundPoints } from '../support/points.ts';
import { chainOf, inodeOf, contentOf } from '../support/virtual-disk.ts';

// A bound against hanging, not a measure: four instances on a busy machine.
vi.setConfig({ testTimeout: 600_000 });

let bench: LabWithImage;
let source: LabHost;
let destination: LabHost;
let engine: LabEngine;
const said: string[] = [];

beforeAll(async () => {
  bench = await labWithImage();
  source = bench.lab.host(SOURCE);
  destination = bench.lab.host(DESTINATION);
  await appendFile(bench.lab.paths.settingsYaml, 'limits: { perSource: 4, perDestination: 4, total: 4 }\n');
  engine = await openLabEngine(bench.lab, aroundPoints({}, said));
});
afterAll(async () => {
  await engine.close();
  await bench.lab.down();
});

/** Whenever a digest is being made on the host, the base gets a new time before it ends, as a neighbour's pin gives it. */
async function touchUnderDigests(host: LabHost, base: string): Promise<void> {
  const wrapper = (program: string): string =>
    `#!/bin/sh\ncase "$*" in *--dry-run*) touch -c '${base}'; echo >>/run/touched ;; esac\nexec /usr/bin/${program} "$@"\n`;
  for (const program of ['rsync'])
    await must(
      host,
      'sh',
      '-c',
      'printf %s "$2" >"/usr/local/bin/$1" && chmod 755 "/usr/local/bin/$1"',
      'test',
      program,
      wrapper(program),
    );
}

test('four instances of one image go at once: the base is brought once, and its new times are no changes', async () => {
  const names = ['one', 'two', 'three', 'four'] as const;
  const servers = [];
  for (const name of names)
    servers.push(await bench.lab.cloud.createServer({ name, host: SOURCE, image: bench.image }));
  const [, base = ''] = await chainOf(source, `${INSTANCES_PATH}/${servers[0]?.id ?? ''}/disk`);
  const inode = await inodeOf(source, base);
  await touchUnderDigests(source, base);
  await touchUnderDigests(destination, base);

  const moved = await Promise.all(names.map((name) => engine.migrate(name, DESTINATION)));
  for (const host of [source, destination]) {
    // Four bases and four disks at the least.
    const touched = (await must(host, 'cat', '/run/touched')).length;
    expect(touched).toBeGreaterThanOrEqual(8);
    await must(host, 'rm', '/usr/local/bin/rsync');
  }
  for (const view of moved) {
    expect(view).toMatchObject({
      phase: 'awaiting-verdict',
      proven: true,
      running: true,
      novaCopiedBytes: 0,
    });
    expect(view.disks.find((disk) => disk.name === 'disk')).toMatchObject({ strategy: 'overlay' });
    expect(await untrueDigests(view, source, destination)).toEqual([]);
  }
  expect(said.filter((line) => line.startsWith('copying base'))).toHaveLength(1);
  expect(await inodeOf(source, base)).toBe(inode);
  expect(await contentOf(destination, base)).toBe(await contentOf(source, base));
  for (const { id } of servers) {
    expect(await chainOf(destination, `${INSTANCES_PATH}/${id}/disk`)).toHaveLength(2);
    expect(await bootOn(destination, id)).toMatchObject({ boot: 2, payload: 'OK' });
  }

  await Promise.all(moved.map(({ id }) => engine.call('migration.confirm', { id, by: 'a test' })));
  for (const { id, server } of moved) {
    expect(await engine.settled(id)).toMatchObject({ phase: 'confirmed', running: true });
    expect(await untrueEnd(server.id, source, destination)).toEqual([]);
  }
});
