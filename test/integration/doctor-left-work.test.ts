import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { EXIT } from '../../main/cli/exit-codes.ts';
import { DoctorView } from '../../main/contract/views.ts';
import { coldhaul, labEnvironment } from '../lab/demo/coldhaul.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { engineOnLab } from '../support/engine-on-lab.ts';
import { must } from '../support/instance-files.ts';
import { openLabEngine, type LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, SOURCE, type LabWithImage } from '../support/lab.ts';
import { workersOf } from '../support/virtual-disk.ts';

vi.setConfig({ testTimeout: 600_000 });

let bench: LabWithImage;
let engine: LabEngine;
let source: RunningHost;

beforeAll(async () => {
  ({ bench, engine, source } = await engineOnLab());
});
afterAll(async () => {
  await engine.close();
  await bench.lab.down();
});

/** What the doctor says of a host that names this id. */
async function saidOf(host: string, id: string): Promise<DoctorView['checks']> {
  const end = await coldhaul(bench.lab.paths, ['doctor', '--json']);
  expect(end.exitCode).toBe(EXIT.done);
  const { checks } = DoctorView.parse(JSON.parse(end.stdout));
  return checks.filter(({ subject, message }) => subject === host && message.includes(id));
}

test('what a migration has on its hosts is listed: on its way, without its journal, booted over, and after its end', async () => {
  const { id: server } = await bench.lab.cloud.createServer({
    name: 'left',
    host: SOURCE,
    image: bench.image,
    payloadMib: 48,
  });
  const begun = await engine.begin('left', DESTINATION, { limitMibPerSecond: 8 });
  await engine.reaches(begun.id, 'copying');
  await engine.call('migration.limit', { id: begun.id, limitMibPerSecond: 0.25 });
  await expect.poll(() => workersOf(source, server), { timeout: 60_000 }).not.toEqual([]);
  await engine.close();

  const [onItsWay, ...more] = await saidOf(SOURCE, begun.id);
  expect(more).toEqual([]);
  expect(onItsWay).toMatchObject({ verdict: 'note', fix: `coldhaul status ${begun.id}` });
  expect(onItsWay?.message).toMatch(
    /of left \(copying\) is on its way here: .*copy-disk has run for .*the lock on /,
  );
  expect(await saidOf(DESTINATION, begun.id)).toMatchObject([{ verdict: 'note' }]);
  // Its stage is told with it.
  expect(await saidOf(DESTINATION, `_coldhaul/${server}`)).toEqual([]);

  // The workstation was lost, and another looks.
  const journals = join(labEnvironment(bench.lab.paths)['XDG_STATE_HOME'] ?? '', 'coldhaul', 'migrations');
  await rename(journals, `${journals}.away`);
  const [unknown] = await saidOf(SOURCE, begun.id);
  expect(unknown).toMatchObject({ verdict: 'warn' });
  expect(unknown?.message).toContain('no journal on this workstation knows');
  expect(unknown?.fix).toMatch(
    /Only if that work is certainly over, .*kill -- -\d+ && rm -r \/run\/coldhaul\/jobs\//,
  );
  await rename(`${journals}.away`, journals);

  // As a boot leaves it where /run outlives it: jobs gone, the lock of another boot.
  const lock = `/run/coldhaul/locks/${server}`;
  await must(source, 'sed', '-i', '4s/.*/11111111-2222-3333-4444-555555555555/', lock);
  expect((await saidOf(SOURCE, begun.id))[0]?.message).toContain('from before the host was booted');
  engine = await openLabEngine(bench.lab);
  await engine.call('migration.limit', { id: begun.id, limitMibPerSecond: null });
  await engine.call('migration.resume', { id: begun.id });
  expect(await engine.settled(begun.id)).toMatchObject({ phase: 'awaiting-verdict', proven: true });
  // Taken again with the boot that is now.
  expect((await saidOf(SOURCE, begun.id))[0]?.message).not.toContain('from before the host was booted');
  await engine.call('migration.confirm', { id: begun.id, by: 'a test' });
  expect(await engine.settled(begun.id)).toMatchObject({ phase: 'confirmed' });
  for (const host of [SOURCE, DESTINATION])
    expect([...(await saidOf(host, begun.id)), ...(await saidOf(host, server))]).toEqual([]);

  // What a crash between its end and its tidying leaves.
  const stage = `/var/lib/nova/instances/_coldhaul/${server}`;
  await must(source, 'sh', '-c', 'mkdir -p "$1" && head -c 1048576 /dev/zero >"$1/disk"', 'test', stage);
  const [left] = await saidOf(SOURCE, server);
  expect(left).toMatchObject({ verdict: 'warn', fix: `coldhaul diagnose ${server}` });
  expect(left?.message).toMatch(/^1\.0\d MiB in .*, last changed \d+ s ago/);
});
