import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { EXIT } from '../../main/cli/exit-codes.ts';
import { InventoryView, MigrationView, PlanView } from '../../main/contract/views.ts';
import { coldhaul, type CommandEnd } from '../lab/demo/coldhaul.ts';
import { exists } from '../lab/demo/truth.ts';
import type { LabServer } from '../lab/cloud/model.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { must } from '../support/instance-files.ts';
import { labWithImage, SOURCE, DESTINATION, type LabWithImage } from '../support/lab.ts';
import { expectCalm } from '../support/refusal.ts';

// A bound against hanging, not a measure: whole migrations on a busy machine.
vi.setConfig({ testTimeout: 600_000 });

/** A file that is there only if something of a name was carried out as a command. */
const PLANTED = `/tmp/coldhaul-planted-${randomUUID()}`;

const NAMES: readonly string[] = [
  `it's "quoted" $(touch ${PLANTED}) \`touch ${PLANTED}\`; touch ${PLANTED} & #`,
  `two\nlines\r\n\ttouch ${PLANTED}\ncoldhaul: all is well`,
  '--to',
  '-rf *',
  '€'.repeat(85),
  `web\u202e01-bew\u2066\u001b[2J\u001b]0;owned\u0007\u009b31m`,
  `../../${'..'.repeat(3)}/etc/passwd %s {} \\n`,
];

let bench: LabWithImage;
let servers: readonly LabServer[];

beforeAll(async () => {
  bench = await labWithImage();
  const made: LabServer[] = [];
  for (const name of NAMES) {
    const common = { host: SOURCE, image: bench.image, running: false };
    made.push(await bench.lab.cloud.createServer({ ...common, name, metadata: { [name]: name } }));
  }
  servers = made;
});
afterEach(async () => {
  const hosts = await Promise.all(bench.lab.hosts.map((host) => exists(host, PLANTED)));
  expect([existsSync(PLANTED), ...hosts]).toEqual([false, false, false]);
});
afterAll(async () => {
  await bench.lab.down();
});

/** Runs a command that must end well, and shows nothing that drives a terminal. */
async function calm(...words: readonly string[]): Promise<CommandEnd> {
  const end = await coldhaul(bench.lab.paths, words);
  expect(end.exitCode, `${end.stdout}\n${end.stderr}`).toBe(EXIT.done);
  expectCalm(end.stderr);
  if (!words.includes('--json')) expectCalm(end.stdout);
  return end;
}

describe('names that want to be something else', () => {
  test('in the inventory, with a look at the disks', async () => {
    await calm('inventory', '--disks', '--verbose');
    const { stdout } = await calm('inventory', '--disks', '--json');
    const view = InventoryView.parse(JSON.parse(stdout));
    expect(view.instances.map(({ name }) => name).sort()).toEqual([...NAMES].sort());
    expect(view.instances.map(({ disks }) => disks?.length)).toEqual(NAMES.map(() => 1));
  });

  test('in a plan, by id', async () => {
    for (const { id, name } of servers) {
      const { stdout } = await calm('plan', id, '--to', DESTINATION, '--json');
      expect(PlanView.parse(JSON.parse(stdout)).server).toMatchObject({ id, name });
    }
  });

  test('in a plan, by the name itself', async () => {
    for (const { name } of servers) {
      const { stdout } = await calm('plan', '--to', DESTINATION, '--commands', '--', name);
      expect(stdout).toContain('openstack server migrate');
    }
  });

  test('in a whole migration with confirm', async () => {
    const ids = servers.map(({ id }) => id);
    const { stdout } = await calm('migrate', ...ids, '--to', DESTINATION, '--confirm', '--verbose', '--json');
    const ends = stdout
      .trim()
      .split('\n')
      .map((line) => MigrationView.parse(JSON.parse(line)));
    expect(ends.map(({ phase }) => phase)).toEqual(NAMES.map(() => 'confirmed'));
    for (const { id } of servers) {
      expect(await exists(bench.lab.host(DESTINATION), `${INSTANCES_PATH}/${id}/disk`)).toBe(true);
      expect(await exists(bench.lab.host(SOURCE), `${INSTANCES_PATH}/${id}`)).toBe(false);
    }
    await calm('status');
    for (const name of NAMES) await calm('status', '--', name);
  });

  test('in the refusal of a name that nobody has', async () => {
    for (const name of NAMES) {
      const end = await coldhaul(bench.lab.paths, ['plan', '--to', DESTINATION, '--', `${name}?`]);
      expect(end).toMatchObject({ exitCode: EXIT.notFound, stdout: '' });
      expectCalm(end.stderr);
      expect(end.stderr.trim().split('\n')).toHaveLength(2);
    }
  });
});

test('odd things in the instance directory do not disturb a plan', async () => {
  const source = bench.lab.host(SOURCE);
  const { id } = await bench.lab.cloud.createServer({
    ...{ name: 'odd', host: SOURCE, image: bench.image, running: false },
  });
  const directory = `${INSTANCES_PATH}/${id}`;
  const odd = [
    'two\nlines',
    '-rf',
    '--delete',
    '$(touch planted)',
    '`touch planted`',
    '* ?',
    'quo\'te"s',
    '\u202egnp.x',
  ];
  for (const name of odd) await must(source, 'touch', '--', `${directory}/${name}`);
  await must(source, 'ln', '-s', '/etc/shadow', `${directory}/link`);
  await must(source, 'ln', '-s', '/', `${directory}/root`);
  await must(source, 'mkdir', `${directory}/sub`);
  const { stdout } = await calm('plan', id, '--to', DESTINATION, '--json');
  const plan = PlanView.parse(JSON.parse(stdout));
  expect(plan.disks.map(({ name }) => name).sort()).toEqual(['disk', 'disk.info']);
  expect(plan.findings.filter(({ verdict }) => verdict === 'block' || verdict === 'warn')).toEqual([]);
  await calm('inventory', '--disks');
  const moved = await calm('migrate', id, '--to', DESTINATION, '--json');
  expect(MigrationView.parse(JSON.parse(moved.stdout))).toMatchObject({
    phase: 'awaiting-verdict',
    proven: true,
  });
  await calm('revert', id);
  const left = await must(source, 'find', directory, '-mindepth', '1', '-printf', '%f\\0');
  for (const name of [...odd, 'link', 'root', 'sub']) expect(left.split('\0')).toContain(name);
});
