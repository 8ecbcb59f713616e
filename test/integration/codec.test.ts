import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { untrueDigests } from '../lab/demo/truth.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { engineOnLab } from '../support/engine-on-lab.ts';
import { must } from '../support/instance-files.ts';
import { DESTINATION, SOURCE, type LabWithImage } from '../support/lab.ts';
import type { LabEngine } from '../support/lab-engine.ts';
import type { PlanView } from '../../main/contract/views.ts';

vi.setConfig({ testTimeout: 400_000 });

let bench: LabWithImage;
let end: (() => Promise<void>) | undefined;
let engine: LabEngine;

beforeAll(async () => {
  ({ bench, engine, end } = await engineOnLab());
  const { id } = await bench.lab.cloud.createServer({
    name: 'logs',
    host: SOURCE,
    flavor: 'lab.small',
    image: bench.image,
    running: false,
  });
  const disk = `${INSTANCES_PATH}/${id}/disk`;
  await must(bench.lab.host(SOURCE), 'qemu-io', '-f', 'qcow2', '-c', 'write -P 97 300M 64M', disk);
});
afterAll(() => end?.());

const planned = (wishes: { readonly limitMibPerSecond?: number; readonly codec?: 'none' | 'lz4' }) =>
  engine.call('plan.make', { server: 'logs', destination: DESTINATION, ...wishes });

const copyOfDisk = ({ commands }: PlanView): string =>
  commands.find(({ phase, command }) => phase === 'copying' && command.includes('/disk '))?.command ?? '';

test('what a probe that was killed has left in memory goes with the next one, and nothing of one that runs', async () => {
  const host = bench.lab.host(SOURCE);
  const [dead, alive] = ['/dev/shm/coldhaul-sample.dead', '/dev/shm/coldhaul-sample.alive'] as const;
  await must(
    host,
    'sh',
    '-c',
    'mkdir -p "$1" "$2" && echo x >"$1/bytes" && touch -d "2 hours ago" "$1"',
    'test',
    dead,
    alive,
  );
  await planned({});
  await must(host, 'sh', '-c', '[ ! -e "$1" ] && rmdir "$2"', 'test', dead, alive);
});

test('behind a slow link a disk that shrinks is compressed, unless it is not wanted, and arrives as it was', async () => {
  const [as, lz4] = [
    await planned({ limitMibPerSecond: 4, codec: 'none' }),
    await planned({ limitMibPerSecond: 4, codec: 'lz4' }),
  ];
  expect(as.codec).toMatchObject({ codec: 'none', reason: 'as asked for' });
  expect(copyOfDisk(as)).not.toContain('compress');
  expect(lz4.codec).toMatchObject({ codec: 'lz4' });
  expect(copyOfDisk(lz4)).toContain(' --compress-choice=lz4 ');

  const plan = await planned({ limitMibPerSecond: 4 });
  expect(plan.codec?.codec).toMatch(/lz4|zstd/);
  expect(plan.codec?.reason).toMatch(
    /sample went over at .*, shrunk to \d+ %, as it is at .*; the copy would run at .*, without it at 4\.00 MiB\/s$/,
  );
  expect(plan.downtime?.seconds).toBeLessThan(as.downtime?.seconds ?? 0);
  const { id } = await engine.call('migration.start', {
    planId: plan.id,
    acknowledged: plan.findings.map((finding) => finding.id),
  });
  const moved = await engine.settled(id);
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true });
  expect(await untrueDigests(moved, bench.lab.host(SOURCE), bench.lab.host(DESTINATION))).toEqual([]);
  const choice = ` --compress-choice=${plan.codec?.codec ?? ''} `;
  const ordered = engine.lines.filter(
    ({ migration, command }) => migration === id && command?.includes(choice),
  );
  expect(ordered.length).toBeGreaterThan(0);
});
