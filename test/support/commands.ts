import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect } from 'vitest';
import { MigrationView } from '../../main/contract/views.ts';
import { COLDHAUL, coldhaul, labEnvironment } from '../lab/demo/coldhaul.ts';
import type { Lab } from '../lab/start-lab.ts';

/** Commands of Coldhaul on a lab, each in a process of its own, which a test may kill. */
export interface Commands {
  /** Runs on until it is killed. */
  start(...words: readonly string[]): Promise<{ readonly kill: () => Promise<void> }>;
  /** Kinds of the facts in the journal of the instance's migration; none if there is no journal. */
  factsOf(serverId: string): Promise<readonly string[]>;
  /** Starts a command, and kills it as soon as this fact is in the journal. */
  killedAfter(serverId: string, fact: string, ...words: readonly string[]): Promise<void>;
  /** What a command that ends well says of the migration. */
  said(...words: readonly string[]): Promise<MigrationView>;
}

export function commandsOn(lab: Lab): Commands {
  const journals = join(labEnvironment(lab.paths)['XDG_STATE_HOME'] ?? '', 'coldhaul', 'migrations');

  async function start(...words: readonly string[]): Promise<{ readonly kill: () => Promise<void> }> {
    const env = labEnvironment(lab.paths);
    await mkdir(env['HOME'] ?? '', { recursive: true });
    const options = { env, extendEnv: false, reject: false, stdin: 'ignore' } as const;
    const child = execa(process.execPath, [...COLDHAUL, ...words], options);
    return {
      async kill() {
        child.kill('SIGKILL');
        await child;
      },
    };
  }

  async function factsOf(serverId: string): Promise<readonly string[]> {
    for (const id of await readdir(journals).catch(() => [])) {
      const text = await readFile(join(journals, id, 'facts.jsonl'), 'utf8').catch(() => '');
      const facts = text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as { type: string; plan?: { server: { id: string } } });
      if (facts[0]?.plan?.server.id === serverId) return facts.map((fact) => fact.type);
    }
    return [];
  }

  async function killedAfter(serverId: string, fact: string, ...words: readonly string[]): Promise<void> {
    const running = await start(...words);
    await expect.poll(() => factsOf(serverId), { timeout: 180_000, interval: 20 }).toContain(fact);
    await running.kill();
  }

  async function said(...words: readonly string[]): Promise<MigrationView> {
    const end = await coldhaul(lab.paths, [...words, '--json']);
    // The whole of what it said tells why, should it not be 0.
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    return MigrationView.parse(JSON.parse(end.stdout));
  }

  return { start, factsOf, killedAfter, said };
}
