import { execa } from 'execa';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const digest = z.string().regex(/^[0-9a-f]{64,128}$/);
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
        digestAlgorithm: z.enum(['b2sum', 'sha256sum']),
        sourceDigest: digest,
        destDigest: digest,
      }),
    )
    .min(2),
  novaCopiedBytes: z.literal(0),
});

const labs = async (): Promise<readonly string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('coldhaul-demo-'));

test('npm run demo -- --once --json moves the sample instance, says so in one line, and leaves nothing behind', async () => {
  const before = await labs();
  const { exitCode, stdout, stderr } = await execa('npm', ['run', '-s', 'demo', '--', '--once', '--json'], {
    cwd: ROOT,
    reject: false,
  });
  expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
  const report = Report.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  expect(report.disks.filter((disk) => disk.sourceDigest !== disk.destDigest)).toEqual([]);
  expect(await labs()).toEqual(before);
});

test('a wrong option is explained, with exit code 2', async () => {
  const { exitCode, stderr } = await execa('npm', ['run', '-s', 'demo', '--', '--twice'], {
    cwd: ROOT,
    reject: false,
  });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('--once');
});
