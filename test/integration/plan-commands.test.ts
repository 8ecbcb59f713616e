import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { PlanView } from '../../main/contract/views.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { noteDeeds, type Deed } from '../support/deeds.ts';
import { engineOnLab } from '../support/engine-on-lab.ts';
import { must } from '../support/instance-files.ts';
import type { LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, SOURCE, type LabWithImage } from '../support/lab.ts';
import { chainOf, putOther } from '../support/virtual-disk.ts';

/** The list of a plan, held against what a run of it did: calls of the cloud, commands in the log, deeds on the hosts. */

// A bound against hanging, not a measure: whole migrations on a busy machine.
vi.setConfig({ testTimeout: 600_000 });

let bench: LabWithImage;
let end: (() => Promise<void>) | undefined;
let engine: LabEngine;
const deeds: Deed[] = [];

beforeAll(async () => {
  ({ bench, engine, end } = await engineOnLab(noteDeeds(deeds)));
});
afterAll(() => end?.());

/** What the client of OpenStack calls an act of the API. */
const CALLS: Readonly<Record<string, string>> = {
  lock: 'lock',
  unlock: 'unlock',
  'os-stop': 'stop',
  'os-start': 'start',
  'os-resetState': 'set --state active',
  migrate: 'migrate --host',
  confirmResize: 'migration confirm',
};
const Body = z.record(z.string(), z.unknown());

/** Steps that run side by side come in any order among themselves. */
const BESIDE: Readonly<Record<string, string>> = { copying: 'moving', verifying: 'moving' };

type Listed = PlanView['commands'];

function find(listed: Listed, { host, words }: Deed): number {
  return listed.findIndex(
    ({ where, command }) => where === host && words.every((word) => new RegExp(word).test(command)),
  );
}

/** The places in the list must not go back, but within one group of steps that run side by side. */
function expectOrder(listed: Listed, places: readonly number[]): void {
  const group = (place: number): string => {
    const phase = listed[place]?.phase ?? '';
    return BESIDE[phase] ?? (phase === 'staging' ? phase : `${phase} ${String(place)}`);
  };
  const groups = [...new Set(listed.map((_command, place) => group(place)))];
  const seen = places.map((place) => groups.indexOf(group(place)));
  expect(seen.map((place) => groups[place])).toEqual(
    [...seen].sort((one, other) => one - other).map((place) => groups[place]),
  );
}

interface Moved {
  readonly listed: Listed;
  readonly calls: readonly Deed[];
  readonly logged: readonly string[];
  readonly done: readonly Deed[];
}

async function move(
  name: string,
  more: { route: 'seed' | 'thin' | 'nova'; stopTimeoutSeconds?: number },
): Promise<Moved> {
  const plan = await engine.call('plan.make', { server: name, destination: DESTINATION, ...more });
  const [calls, lines, begun] = [bench.lab.cloud.calls.length, engine.lines.length, deeds.length];
  const acknowledged = plan.findings.map((finding) => finding.id);
  const { id } = await engine.call('migration.start', { planId: plan.id, by: 'a test', acknowledged });
  expect(await engine.settled(id)).toMatchObject({ phase: 'awaiting-verdict', proven: true });
  await engine.call('migration.confirm', { id, by: 'a test' });
  expect(await engine.settled(id)).toMatchObject({ phase: 'confirmed', running: true });
  return {
    listed: plan.commands,
    calls: bench.lab.cloud.calls
      .slice(calls)
      .filter(({ service, method }) => service === 'compute' && method !== 'GET')
      .map(({ body, path }) => {
        const [act = ''] = Object.keys(Body.parse(body));
        const words = CALLS[act] ?? `an act that no test knows: ${act}`;
        return { host: 'cloud', words: [`openstack server ${words}`, path.split('/').at(-2) ?? ''] };
      }),
    logged: engine.lines
      .slice(lines)
      .filter((line) => line.migration === undefined || line.migration === id)
      .flatMap(({ command }) => (command === undefined || command.startsWith('POST ') ? [] : [command])),
    // A deed that is safe to repeat is repeated; the list has it once.
    done: [...new Map(deeds.slice(begun).map((deed) => [JSON.stringify(deed), deed])).values()],
  };
}

function expectTold({ listed, calls, logged, done }: Moved): void {
  expect(calls.length).toBeGreaterThan(4);
  expect(done.length).toBeGreaterThan(10);
  expect(calls.filter((call) => find(listed, call) < 0)).toEqual([]);
  expectOrder(
    listed,
    calls.map((call) => find(listed, call)),
  );
  const places = logged.map((command) => listed.findIndex((one) => one.command === command));
  expect(logged.filter((_command, index) => (places[index] ?? -1) < 0)).toEqual([]);
  expectOrder(listed, places);
  expect(done.filter((deed) => find(listed, deed) < 0)).toEqual([]);
  expectOrder(
    listed,
    done.map((deed) => find(listed, deed)),
  );
}

test('route nova: everything that ran is in the list, in its order', async () => {
  await bench.lab.cloud.createServer({ name: 'by-nova', host: SOURCE, image: bench.image });
  const moved = await move('by-nova', { route: 'nova' });
  expectTold(moved);
  // The base goes ahead in any case; the disks are Nova's.
  expect(moved.listed.some(({ phase }) => phase === 'copying')).toBe(false);
});

test('route thin: everything that ran is in the list, in its order', async () => {
  await bench.lab.cloud.createServer({ name: 'thin', host: SOURCE, image: bench.image });
  const moved = await move('thin', { route: 'thin' });
  expectTold(moved);
  for (const [phase, words] of [
    ['preparing', 'qemu-img create'],
    ['confirming', 'virsh blockpull'],
  ])
    expect(moved.listed.some((one) => one.phase === phase && one.command.includes(words ?? ''))).toBe(true);
});

test('route seed with a hard stop, a flatten and a base to stage: everything that ran is in the list, in its order', async () => {
  const { cloud } = bench.lab;
  const [source, destination] = [bench.lab.host(SOURCE), bench.lab.host(DESTINATION)];
  const { id } = await cloud.createServer({
    ...{ name: 'listed', host: SOURCE, image: bench.image, flavor: 'lab.data', configDrive: true },
  });
  const [, base = ''] = await chainOf(source, `${INSTANCES_PATH}/${id}/disk`);
  await must(destination, 'rm', '-f', base);
  await putOther(destination, base, Number(await must(source, 'stat', '-c', '%s', base)));
  await cloud.control.ignoreShutdown(id);

  const moved = await move('listed', { route: 'seed', stopTimeoutSeconds: 1 });
  expectTold(moved);
  const ran = moved.done.map(({ words }) => words.join(' '));
  for (const deed of [
    'virsh destroy',
    'qemu-img convert',
    'before-flatten',
    'base\\.ephemeral',
    'chmod 0755',
  ])
    expect(ran.some((words) => new RegExp(deed).test(words))).toBe(true);
  // The original has no other name, so it is kept, as the list said.
  const kept = await must(source, 'sh', '-c', `ls -d ${INSTANCES_PATH}/_coldhaul/${id}.kept-*/*`);
  expect(kept.trim()).toMatch(/disk\.before-flatten$/);
});
