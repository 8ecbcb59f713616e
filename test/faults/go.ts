import type { MigrationView } from '../../main/contract/views.ts';
import { isOver } from '../../main/domain/migration.ts';
import { openArchive } from '../../main/engine/compose.ts';
import type { CommandEnd } from '../lab/demo/coldhaul.ts';
import { guestWrites } from '../support/live.ts';
import { WRITTEN_MEANWHILE } from './contents.ts';
import type { FaultCase } from './fault-case.ts';
import type { Stage } from './stage.ts';

/** What came of one case, as the app tells it. */
export interface Gone {
  /** The migration as its journal tells it; `undefined` if there is none that can be read. */
  readonly view: MigrationView | undefined;
  /** Whether the fault met the migration on its way. */
  readonly met: boolean;
  /** The guest wrote after its disks were frozen live, and was told that it is on its disk. */
  readonly written: boolean;
  readonly commands: readonly (CommandEnd & { readonly words: readonly string[] })[];
  /** Everything that the app said last about a migration that is not over. */
  readonly said: string;
}

/** An admin who tries again as long as something comes of it; none of the faults lasts longer. */
const MOST_COMMANDS = 9;
/** One more than it may be killed before anything is written down. */
const MOST_BEGINNINGS = 4;

/** Moves the instance as an admin would: starts it, goes on with it after every stop, and gives the verdict. */
export async function go(stage: Stage, one: FaultCase): Promise<Gone> {
  const { travel } = one;
  const end = new AbortController();
  const fault = (async () => {
    if (!(await stage.comes(one.moment, end.signal))) return false;
    return (await one.disturb(stage)) !== false;
  })();
  // Whoever waits for it below hears of it; until then it must not end the process.
  fault.catch(() => undefined);
  const writing = travel.live ? writeMeanwhile(stage, end.signal) : Promise.resolve(false);
  const limit = travel.limitMibPerSecond === undefined ? [] : ['--bwlimit', String(travel.limitMibPerSecond)];
  const migrate = [
    ...['migrate', one.id, '--to', stage.destination.name, '--route', travel.route],
    ...[
      '--yes',
      '--json',
      ...limit,
      ...(travel.live ? ['--live'] : []),
      ...(travel.stream ? ['--flatten', 'stream'] : []),
    ],
  ];
  const commands: (CommandEnd & { readonly words: readonly string[] })[] = [];
  let words: readonly string[] | undefined = migrate;
  let view: MigrationView | undefined;
  let problem = '';
  while (words !== undefined && commands.length < MOST_COMMANDS) {
    const ended: CommandEnd = await stage.run(words);
    commands.push({ ...ended, words });
    const struck = await Promise.race([fault.then(() => true), pause(1)]);
    if (!struck && (await stage.comes(one.moment, AbortSignal.timeout(SOON_MS)))) await fault;
    ({ view, problem } = await look(stage));
    words = problem === '' ? nextWords(view, one, migrate, commands) : undefined;
  }
  end.abort();
  const met = await fault;
  const last = commands.at(-1);
  return { view, met, written: await writing, commands, said: problem === '' ? lastWords(last) : problem };
}

/** As soon as the disks are frozen. A guest that is off by then, or goes off, was told nothing. */
async function writeMeanwhile(stage: Stage, signal: AbortSignal): Promise<boolean> {
  if (!(await stage.comes({ fact: 'live-frozen', delayMs: 0 }, signal))) return false;
  const { at, byte } = WRITTEN_MEANWHILE;
  return guestWrites(stage.source, stage.server.id, byte, at).then(
    () => true,
    () => false,
  );
}

/** For a moment that is only just coming when a command ends. */
const SOON_MS = 30;

const pause = (ms: number): Promise<false> =>
  new Promise((resolve) => {
    setTimeout(() => {
      resolve(false);
    }, ms);
  });

async function look({ env }: Stage): Promise<{ view: MigrationView | undefined; problem: string }> {
  const { migrations, problems } = await openArchive({ env, home: env['HOME'] ?? '/' }).list();
  return { view: migrations[0], problem: problems.join('; ') };
}

/** What the admin does next; `undefined` if nothing is left to do, or the same was tried often enough. */
function nextWords(
  view: MigrationView | undefined,
  { id, travel }: FaultCase,
  migrate: readonly string[],
  commands: Gone['commands'],
): readonly string[] | undefined {
  const tried = (act: string): number => commands.filter(({ words }) => words[0] === act).length;
  if (view === undefined) return tried('migrate') < MOST_BEGINNINGS ? migrate : undefined;
  if (isOver(view.phase)) return undefined;
  const say = (act: string): readonly string[] => [act, id, '--json'];
  if (view.phase !== 'awaiting-verdict') return tried('resume') < 6 ? say('resume') : undefined;
  if (view.proven) return tried(travel.verdict) < 4 ? say(travel.verdict) : undefined;
  // Out of order perhaps for a moment only: one more look before it goes back.
  if (commands.at(-1)?.words[0] !== 'resume') return say('resume');
  return tried('revert') < 3 ? say('revert') : undefined;
}

function lastWords(end: CommandEnd | undefined): string {
  const lines = `${end?.stdout ?? ''}\n${end?.stderr ?? ''}`.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-6).join('\n').slice(0, 4000);
}
