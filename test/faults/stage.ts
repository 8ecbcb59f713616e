import { execa } from 'execa';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { COLDHAUL, labEnvironment, type CommandEnd } from '../lab/demo/coldhaul.ts';
import type { LabServer } from '../lab/cloud/model.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { must } from '../support/instance-files.ts';
import { chainOf, putOther } from '../support/virtual-disk.ts';
import type { FaultCase, Moment } from './fault-case.ts';
import type { Field, Lane } from './field.ts';

/** What one case has: an instance of its own, two hosts for itself, and a workstation with nothing in its journals. */
export interface Stage extends Lane {
  readonly field: Field;
  readonly server: LabServer;
  /** Where the workstation keeps journals and log. */
  readonly stateDirectory: string;
  /** For every command that is started from now on. */
  readonly env: Record<string, string>;
  /** Runs the command line as its user would; the one that a kill hits. `killed` if it was. */
  run(words: readonly string[]): Promise<CommandEnd>;
  /** Another one beside it. */
  beside(words: readonly string[]): Promise<CommandEnd>;
  /** `kill -9` of the command that runs now, if one does. */
  kill(): Promise<void>;
  /** The journal's file, once there is one. */
  journal(): Promise<string | undefined>;
  /** Settles with true when the moment has come, with false once the signal fires. */
  comes(moment: Moment, signal: AbortSignal): Promise<boolean>;
}

const LOOK_MS = 15;
/** A bound against hanging; a command whose trouble is over takes some ten seconds. */
const LONGEST_MS = 300_000;

export async function openStage(field: Field, lane: Lane, { id, travel }: FaultCase): Promise<Stage> {
  const { lab } = field;
  const server = await lab.cloud.createServer({
    name: id,
    host: lane.source.name,
    image: field.image,
    flavor: travel.manyDisks ? 'lab.data' : 'lab.small',
    running: travel.running,
    payloadMib: 6,
    project: 'demo',
  });
  if (travel.flatten) await putOtherBase(lane, server);
  const base = labEnvironment(lab.paths);
  const stateHome = join(lab.directory, 'states', id);
  const stateDirectory = join(stateHome, 'coldhaul');
  await mkdir(base['HOME'] ?? lab.directory, { recursive: true });
  await mkdir(stateDirectory, { recursive: true });
  const env = { ...base, XDG_STATE_HOME: stateHome };

  const start = (words: readonly string[]) =>
    execa(process.execPath, [...COLDHAUL, ...words], {
      env,
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      timeout: LONGEST_MS,
      killSignal: 'SIGKILL',
    });
  let current: ReturnType<typeof start> | undefined;
  const endOf = ({
    exitCode,
    stdout,
    stderr,
  }: CommandEnd | Awaited<ReturnType<typeof start>>): CommandEnd => ({
    exitCode: exitCode ?? -1,
    stdout,
    stderr,
  });
  const journal = async (): Promise<string | undefined> => {
    const migrations = join(stateDirectory, 'migrations');
    const [first] = await readdir(migrations).catch(() => []);
    return first === undefined ? undefined : join(migrations, first, 'facts.jsonl');
  };
  return {
    ...lane,
    field,
    server,
    stateDirectory,
    env,
    async run(words) {
      const running = start(words);
      current = running;
      const end = await running;
      if (current === running) current = undefined;
      return endOf(end);
    },
    beside: async (words) => endOf(await start(words)),
    async kill() {
      const running = current;
      running?.kill('SIGKILL');
      await running;
    },
    journal,
    async comes({ fact, delayMs }, signal) {
      try {
        while (fact !== undefined && !(await isNoted(await journal(), fact)))
          await wait(LOOK_MS, undefined, { signal });
        await wait(delayMs, undefined, { signal });
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        throw error;
      }
    },
  };
}

async function isNoted(journal: string | undefined, fact: string): Promise<boolean> {
  if (journal === undefined) return false;
  return (await readFile(journal, 'utf8').catch(() => '')).includes(`"type":"${fact}"`);
}

/** Another file than the image's own under the name of the base at the destination. */
async function putOtherBase({ source, destination }: Lane, server: LabServer): Promise<void> {
  const [, base = ''] = await chainOf(source, `${INSTANCES_PATH}/${server.id}/disk`);
  await putOther(destination, base, Number(await must(source, 'stat', '-c', '%s', base)));
}
