import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seedSamples } from '../lab/cloud/samples.ts';
import { lastBoot } from '../lab/hosts/guest-layout.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { domain, filesOf, on, openBench, type Bench } from './bench.ts';
import { look } from './caller.ts';

let bench: Bench;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'coldhaul-samples-'));
  bench = await openBench();
});
afterAll(async () => {
  await bench.close();
  await rm(directory, { recursive: true });
});

it('the demo has its instances, two of them stuck', async () => {
  const { cloud, admin, a, b } = bench;
  const samples = await seedSamples(cloud, join(directory, 'images'));
  const status = async (id: string) => {
    const seen = await look(admin, id);
    return `${seen.status} ${seen.host}`;
  };
  expect(await status(samples.web.id)).toBe('ACTIVE hosta');
  expect(await status(samples.db.id)).toBe('ACTIVE hosta');
  expect(await status(samples.batch.id)).toBe('SHUTOFF hosta');
  expect(await status(samples.emptyVerify.id)).toBe('VERIFY_RESIZE hostb');
  expect(await status(samples.tokenError.id)).toBe('ERROR hostb');
  expect(await filesOf(a, samples.db)).toEqual([
    ...['console.log', 'disk', 'disk.config', 'disk.eph0', 'disk.info', 'disk.swap'],
  ]);
  const blocks = Number(await on(a, 'stat', '-c', '%b', `${INSTANCES_PATH}/${samples.web.id}/disk`));
  expect(blocks * 512).toBeGreaterThan(64 * 1024 * 1024);
  expect(lastBoot(await on(a, 'cat', `${INSTANCES_PATH}/${samples.web.id}/console.log`))).toMatchObject({
    ...{ boot: 1, payload: 'OK' },
  });
  expect([await domain(a, samples.web), await domain(b, samples.tokenError)]).toEqual(['running', 'absent']);
});
