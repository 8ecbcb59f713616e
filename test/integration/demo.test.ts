import { execa } from 'execa';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { InventoryView } from '../../main/contract/views.ts';
import { readState } from '../lab/command/state.ts';
import { DEFAULT_DIRECTORY } from '../lab/demo/demo-lab.ts';
import { DIGEST_ALGORITHMS } from '../../main/domain/digest.ts';

/** It builds, starts a lab and moves an instance; a bound against hanging. */
const DEMO_BOUND_MS = 600_000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const digest = z.string().regex(/^[0-9a-f]{32,128}$/);
const Report = z.object({
  state: z.literal('confirmed'),
  route: z.literal('seed'),
  server: z.uuid(),
  downtimeSeconds: z.number().positive(),
  bytes: z.number().positive(),
  disks: z
    .array(
      z.object({
        name: z.string(),
        strategy: z.string(),
        bytes: z.number(),
        seconds: z.number(),
        digestAlgorithm: z.enum(DIGEST_ALGORITHMS),
        sourceDigest: digest,
        destDigest: digest,
      }),
    )
    .min(2),
  novaCopiedBytes: z.literal(0),
});

const labs = async (): Promise<readonly string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('coldhaul-demo-'));

test(
  'npm run demo -- --once --json moves the sample instance, says so in one line, and leaves nothing behind',
  async () => {
    const before = await labs();
    const { exitCode, stdout, stderr } = await execa('npm', ['run', '-s', 'demo', '--', '--once', '--json'], {
      cwd: ROOT,
      reject: false,
    });
    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
    const report = Report.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
    expect(report.disks.filter((disk) => disk.sourceDigest !== disk.destDigest)).toEqual([]);
    expect(await labs()).toEqual(before);
  },
  DEMO_BOUND_MS,
);

test(
  'npm run demo -- --no-open serves the page on the lab’s samples; asked to end, it leaves nothing behind',
  async () => {
    const before = await labs();
    const demo = execa(process.execPath, ['build/demo.mjs', '--no-open'], { cwd: ROOT, reject: false });
    const [address] = (await once(createInterface({ input: demo.stdout }), 'line')) as [string];
    const opened = await fetch(address);
    const cookie = opened.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const { origin } = new URL(address);
    const page = await fetch(origin, { headers: { cookie } });
    expect(await page.text()).toContain('<title>Coldhaul</title>');
    const answer = await fetch(`${origin}/call/inventory.read`, {
      method: 'POST',
      headers: { cookie, origin, 'content-type': 'application/json' },
      body: '{}',
    });
    const reply = z.object({ ok: z.literal(true), value: InventoryView }).parse(await answer.json());
    expect(reply.value.instances.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['web-01', 'db-01']),
    );

    demo.kill('SIGTERM');
    const { exitCode, stderr } = await demo;
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('as you asked') as string,
    });
    expect(await labs()).toEqual(before);
  },
  DEMO_BOUND_MS,
);

// A lab of somebody's own must not be ended by a test.
const inTheWay = (await readState(DEFAULT_DIRECTORY)) !== undefined;

test.skipIf(inTheWay)(
  `--keep leaves the lab up, until npm run lab -- down${inTheWay ? ' (skipped: a lab is up in .lab/default)' : ''}`,
  async () => {
    const run = (...words: readonly string[]) =>
      execa('npm', ['run', '-s', ...words], { cwd: ROOT, reject: false });
    try {
      const { exitCode, stdout, stderr } = await run('demo', '--', '--once', '--json', '--keep');
      expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
      const { server } = Report.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
      expect(stderr).toContain('npm run lab -- down');
      expect(await run('lab', '--', 'status')).toMatchObject({ exitCode: 0 });
      // The moved instance is still where the report says.
      const running = await run('lab', '--', 'exec', 'compute-b', 'virsh', 'domstate', server);
      expect(running.stdout.trim()).toBe('running');
    } finally {
      await run('lab', '--', 'down');
    }
    expect(await run('lab', '--', 'status')).toMatchObject({ exitCode: 3 });
    expect(await readState(DEFAULT_DIRECTORY)).toBeUndefined();
  },
  DEMO_BOUND_MS,
);

test('a wrong option is explained, with exit code 2', async () => {
  const { exitCode, stderr } = await execa('npm', ['run', '-s', 'demo', '--', '--twice'], {
    cwd: ROOT,
    reject: false,
  });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('--once');
});
