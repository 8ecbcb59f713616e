import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { EXIT } from '../../main/cli/exit-codes.ts';
import { MigrationView } from '../../main/contract/views.ts';
import { coldhaul } from '../lab/demo/coldhaul.ts';
import { exists } from '../lab/demo/truth.ts';
import type { LabServer } from '../lab/cloud/model.ts';
import { INSTANCES_PATH, type LabHost } from '../lab/types.ts';
import { digests } from '../support/instance-files.ts';
import { labWithImage, SOURCE, DESTINATION, type LabWithImage } from '../support/lab.ts';
import { openLabEngine } from '../support/lab-engine.ts';
import { expectRefusal, refused } from '../support/refusal.ts';

let bench: LabWithImage;
let source: LabHost;
let destination: LabHost;

beforeAll(async () => {
  bench = await labWithImage();
  source = bench.lab.host(SOURCE);
  destination = bench.lab.host(DESTINATION);
});
afterAll(async () => {
  await bench.lab.down();
});

function create(name: string, host: string = SOURCE): Promise<LabServer> {
  return bench.lab.cloud.createServer({ name, host, image: bench.image, running: false });
}

/** What the cloud was told to do, in order. */
function ordersSince(call: number): readonly string[] {
  return bench.lab.cloud.calls
    .slice(call)
    .filter(({ service, method, status }) => service === 'compute' && method === 'POST' && status < 300)
    .flatMap(({ body }) => Object.keys(body ?? {}));
}

const migrate = (server: string): readonly string[] => ['migrate', server, '--to', DESTINATION];

describe('the name', () => {
  test('nobody has it', async () => {
    for (const name of ['nobody', '3f2b8c1e-0000-4000-8000-000000000000', '.*', '%']) {
      await refused(bench.lab, migrate(name), {
        exit: EXIT.notFound,
        code: 'server.not-found',
        says: [`no instance with the id or name ${name}`, 'coldhaul inventory'],
      });
    }
  });

  test('two have it: their ids are listed, and neither is moved', async () => {
    const twins = [await create('twin'), await create('twin', DESTINATION)];
    await refused(bench.lab, migrate('twin'), {
      exit: EXIT.notFound,
      code: 'server.ambiguous',
      says: [/2 instances have the name twin/, ...twins.map(({ id }) => id), 'Give the id'],
    });
  });

  test('one of several cannot be moved: none is', async () => {
    await create('fine');
    const before = bench.lab.cloud.calls.length;
    const words = ['migrate', 'fine', 'nobody', '--to', DESTINATION, '--json'];
    expectRefusal(await coldhaul(bench.lab.paths, words), {
      exit: EXIT.notFound,
      code: 'server.not-found',
      says: [/name nobody/],
    });
    expect(ordersSince(before)).toEqual([]);
  });
});

describe('its state', () => {
  let server: LabServer;
  beforeAll(async () => {
    server = await create('stuck');
  });

  test.each<readonly [string, Partial<LabServer>, RegExp]>([
    [
      'locked',
      { locked: true, lockedReason: 'a backup runs' },
      /is locked \(“a backup runs”\).*server unlock/s,
    ],
    [
      'in VERIFY_RESIZE',
      { vmState: 'resized' },
      /is VERIFY_RESIZE .*only ACTIVE and SHUTOFF.*confirm or a revert/s,
    ],
    ['in ERROR', { vmState: 'error' }, /is ERROR .*only ACTIVE and SHUTOFF/],
    [
      'busy',
      { taskState: 'image_snapshot' },
      /Nova is busy with it: task_state is image_snapshot.*Wait until/s,
    ],
  ])('%s', async (_, change, says) => {
    const { locked, lockedReason, vmState, taskState } = server;
    Object.assign(server, change);
    try {
      await refused(bench.lab, migrate('stuck'), { exit: EXIT.refused, code: 'plan.blocked', says: [says] });
    } finally {
      Object.assign(server, { locked, lockedReason, vmState, taskState });
    }
  });
});

describe('a second Coldhaul', () => {
  const elsewhere = { XDG_STATE_HOME: '' };
  beforeAll(async () => {
    elsewhere.XDG_STATE_HOME = join(bench.lab.directory, 'another-workstation');
    // With a neighbour of the same image there, the destination has the base already.
    await create('neighbour', DESTINATION);
  });

  test('is refused with the name of the first, which goes on undisturbed', async () => {
    const { lab } = bench;
    const order = { name: 'busy', host: SOURCE, image: bench.image, payloadMib: 32 };
    const server = await lab.cloud.createServer(order);
    const late = await openLabEngine(lab);
    try {
      // Made before the first one has anything, so that only the lock itself can stop it.
      const plan = await late.call('plan.make', { server: 'busy', destination: DESTINATION });
      const before = lab.cloud.calls.length;
      let ended = false;
      const first = coldhaul(lab.paths, [...migrate('busy'), '--bwlimit', '1.5', '--json']).finally(() => {
        ended = true;
      });
      await vi.waitFor(
        () => {
          expect(server).toMatchObject({ vmState: 'stopped', taskState: null });
        },
        { timeout: 60_000, interval: 100 },
      );
      const [, id = '', who = ''] =
        /^Coldhaul migration (\S+) by (\S+@\S+)$/.exec(server.lockedReason ?? '') ?? [];
      expect([id, who]).not.toContain('');

      const { id: lateId } = await late.call('migration.start', {
        planId: plan.id,
        by: 'a test',
        acknowledged: plan.findings.map((finding) => finding.id),
      });
      const loser = await late.settled(lateId);
      expect(loser).toMatchObject({ phase: 'failed', failure: { code: 'migration.in-use' } });
      expect(loser.failure?.message).toContain(`${who} works on ${server.id}`);

      const blocked = {
        exit: EXIT.refused,
        code: 'plan.blocked',
        says: [`Coldhaul migration ${id} by ${who}`],
      } as const;
      const held = {
        exit: EXIT.inUse,
        code: 'journal.locked',
        says: [/process \d+ on \S+ has been working/],
      } as const;
      const unknown = {
        exit: EXIT.notFound,
        code: 'migration.not-found',
        says: ['coldhaul status'],
      } as const;
      const json = (words: readonly string[], env = {}) => coldhaul(lab.paths, [...words, '--json'], { env });
      expectRefusal(await json(migrate('busy')), blocked);
      expectRefusal(await json(migrate('busy'), elsewhere), blocked);
      expectRefusal(await json(['resume', id]), held);
      expectRefusal(await json(['cancel', id]), held);
      expectRefusal(await json(['cancel', id], elsewhere), unknown);
      expect(ended).toBe(false);

      const end = await first;
      expect(end).toMatchObject({ exitCode: EXIT.done });
      expect(MigrationView.parse(JSON.parse(end.stdout))).toMatchObject({
        phase: 'awaiting-verdict',
        proven: true,
        novaCopiedBytes: 0,
      });
      expect(server).toMatchObject({ locked: true, vmState: 'resized', host: DESTINATION });
      expect(ordersSince(before)).toEqual(['lock', 'os-stop', 'os-resetState', 'migrate']);
    } finally {
      await late.close();
    }
    expect(await coldhaul(lab.paths, ['revert', server.id])).toMatchObject({ exitCode: EXIT.done });
    expect(server).toMatchObject({ locked: false, vmState: 'active', host: SOURCE });
  });

  test('of two that begin at the same moment exactly one moves it', async () => {
    const server = await create('wanted');
    const before = await digests(source, server.id);
    const since = bench.lab.cloud.calls.length;
    const ends = await Promise.all([
      coldhaul(bench.lab.paths, [...migrate('wanted'), '--json']),
      coldhaul(bench.lab.paths, [...migrate('wanted'), '--json'], { env: elsewhere }),
    ]);
    const codes = ends.map(({ exitCode }) => exitCode).sort();
    expect(codes[0]).toBe(EXIT.done);
    expect([EXIT.refused, EXIT.inUse]).toContain(codes[1]);
    expect(ordersSince(since)).toEqual(['lock', 'migrate']);
    expect((await digests(destination, server.id))['disk']).toBe(before['disk']);
    expect(server).toMatchObject({ vmState: 'resized', locked: true });
  });
});

describe('a verdict', () => {
  test.each(['confirm', 'revert', 'cancel', 'resume', 'status'])(
    '%s of a migration that nobody made',
    async (act) => {
      await refused(bench.lab, [act, '3f2b8c1e'], {
        exit: EXIT.notFound,
        code: 'migration.not-found',
        says: ['no migration of 3f2b8c1e was made', 'coldhaul status'],
      });
    },
  );

  test('is not due for one that is over', async () => {
    const server = await create('done');
    const run = await coldhaul(bench.lab.paths, [...migrate('done'), '--confirm', '--json']);
    expect(run).toMatchObject({ exitCode: EXIT.done });
    const { id } = MigrationView.parse(JSON.parse(run.stdout));
    for (const act of ['confirm', 'revert', 'cancel']) {
      await refused(bench.lab, [act, id], {
        exit: EXIT.refused,
        code: 'verdict.not-due',
        says: [`a ${act} is not possible now`, 'is confirmed', `coldhaul status ${id}`],
      });
    }
    expect(await exists(destination, `${INSTANCES_PATH}/${server.id}/disk`)).toBe(true);
  });

  test('for a name that several migrated instances have asks for the id', async () => {
    const [one, other] = [await create('same'), await create('same')];
    for (const { id } of [one, other])
      expect(await coldhaul(bench.lab.paths, migrate(id))).toMatchObject({ exitCode: EXIT.done });
    await refused(bench.lab, ['confirm', 'same'], {
      exit: EXIT.notFound,
      code: 'server.ambiguous',
      says: [/same fits migrations of several instances/, one.id, other.id, 'Give the id'],
    });
  });
});
