import { execa } from 'execa';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { InventoryView } from '../../../main/contract/views.ts';
import { labEnvironment } from '../../lab/demo/coldhaul.ts';
import { startChild } from '../child.ts';
import type { Figure } from '../figures.ts';
import type { LabCalls } from '../lab-process.ts';

/** The promise, from the start of the process to its end. */
const MOST_MS = 3_000;
const ROUNDS = 5;
const [HOSTS, SERVERS] = [100, 1_000] as const;
const BUILT_CLI = fileURLToPath(new URL('../../../out/main/cli.js', import.meta.url));

/** How long the command line takes to list a thousand instances on a hundred hosts: the slowest of a few times. */
export async function measureInventory(say: (text: string) => void): Promise<readonly Figure[]> {
  const lab = startChild<LabCalls>(new URL('../lab-process.ts', import.meta.url));
  const cwd = await mkdtemp(join(tmpdir(), 'coldhaul-bench-'));
  try {
    say(`starting a cloud of ${String(HOSTS)} hosts and ${String(SERVERS)} instances`);
    const wish = { extraHosts: HOSTS - 2, extraServers: SERVERS, servers: 0, payloadMib: 0 };
    const { paths } = await lab.ask('start', wish);
    const env = labEnvironment(paths);
    await mkdir(env['HOME'] ?? cwd, { recursive: true });
    say(`coldhaul inventory --json, ${String(ROUNDS)} times`);
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await list(env, cwd));
    const what = `inventory: ${String(SERVERS)} instances on ${String(HOSTS)} hosts, slowest of ${String(ROUNDS)}`;
    return [
      { name: what, value: Math.max(...rounds.map(({ clockMs }) => clockMs)), unit: 'ms', most: MOST_MS },
      {
        name: 'inventory: the same, processor of the command itself',
        value: Math.max(...rounds.map(({ processorMs }) => processorMs)),
        unit: 'ms',
      },
    ];
  } finally {
    await lab.end();
    await rm(cwd, { recursive: true });
  }
}

interface Round {
  readonly clockMs: number;
  /** On a machine that is busy with other things the clock says little. */
  readonly processorMs: number;
}

/** One list by the built command line, in a process of its own. @throws if it did not list them all. */
async function list(env: Readonly<Record<string, string>>, cwd: string): Promise<Round> {
  const begunMs = performance.now();
  // `times` ends with what the shell's children took, such as `0m0.52s 0m0.07s`.
  const words = ['-c', '"$@" && times', 'sh', process.execPath, BUILT_CLI, 'inventory', '--json'];
  const { stdout } = await execa('sh', words, { env, extendEnv: false, cwd, stdin: 'ignore' });
  const clockMs = performance.now() - begunMs;
  const [json = '', ...times] = stdout.split('\n');
  const { hosts, instances } = InventoryView.parse(JSON.parse(json));
  if (hosts.length < HOSTS || instances.length < SERVERS)
    throw new Error(
      `only ${String(instances.length)} instances on ${String(hosts.length)} hosts were listed`,
    );
  const spent = [...(times.at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  const seconds = spent.reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest), 0);
  return { clockMs, processorMs: seconds * 1000 };
}
