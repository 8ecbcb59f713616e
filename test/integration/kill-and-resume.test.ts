import { execa } from 'execa';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MigrationView } from '../../main/contract/views.ts';
import { COLDHAUL, coldhaul, labEnvironment } from '../lab/demo/coldhaul.ts';
import { bootOn, untrueDigests, untrueEnd } from '../lab/demo/truth.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from '../support/lab.ts';

let bench: LabWithImage;
let journals: string;

beforeAll(async () => {
  bench = await labWithImage();
  journals = join(labEnvironment(bench.lab.paths)['XDG_STATE_HOME'] ?? '', 'coldhaul', 'migrations');
});
afterAll(async () => {
  await bench.lab.down();
});

/** Starts a migration in a process of its own, which the test then kills. */
async function start(server: string): Promise<{ readonly kill: () => Promise<void> }> {
  const env = labEnvironment(bench.lab.paths);
  await mkdir(env['HOME'] ?? '', { recursive: true });
  const words = ['migrate', server, '--to', DESTINATION, '--yes', '--bwlimit', '30'];
  const child = execa(process.execPath, [...COLDHAUL, ...words], {
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  return {
    async kill() {
      child.kill('SIGKILL');
      await child;
    },
  };
}

async function factsOf(serverId: string): Promise<readonly string[]> {
  const ids = await readdir(journals).catch(() => []);
  for (const id of ids) {
    const text = await readFile(join(journals, id, 'facts.jsonl'), 'utf8').catch(() => '');
    const facts = text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { type: string; plan?: { server: { id: string } } });
    if (facts[0]?.plan?.server.id === serverId) return facts.map((fact) => fact.type);
  }
  return [];
}

test.each(['locked', 'stop-begun', 'frozen', 'disk-verified', 'hand-over-begun', 'handed-over'])(
  'killed right after the fact %s and started again, it ends confirmed with equal bytes',
  async (fact) => {
    const name = `killed-${fact}`;
    const server = await bench.lab.cloud.createServer({
      name,
      host: SOURCE,
      flavor: 'lab.small',
      image: bench.image,
      payloadMib: 48,
    });
    const running = await start(name);
    await expect.poll(() => factsOf(server.id), { timeout: 90_000, interval: 20 }).toContain(fact);
    await running.kill();
    const before = await factsOf(server.id);
    expect(before).not.toContain('confirmed');

    const resumed = await coldhaul(bench.lab.paths, ['resume', name, '--json']);
    expect(resumed).toMatchObject({ exitCode: 0 });
    const moved = MigrationView.parse(JSON.parse(resumed.stdout));
    expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, running: true });
    const [source, destination] = [bench.lab.host(SOURCE), bench.lab.host(DESTINATION)];
    expect(await untrueDigests(moved, source, destination)).toEqual([]);
    const confirmed = await coldhaul(bench.lab.paths, ['confirm', name, '--json']);
    expect(MigrationView.parse(JSON.parse(confirmed.stdout)).phase).toBe('confirmed');
    expect(await untrueEnd(server.id, source, destination)).toEqual([]);
    expect(await bootOn(destination, server.id)).toMatchObject({ boot: 2, payload: 'OK' });
  },
);
