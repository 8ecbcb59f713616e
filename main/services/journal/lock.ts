import { randomUUID } from 'node:crypto';
import { link, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import { identifyProcess, type ProcessIdentity } from '../system/process-identity.ts';
import { codeOf, unwritable } from './files.ts';

/** Who holds a journal. A lock file without one says that it was given back: even a full disk has room for that. */
interface Holder extends ProcessIdentity {
  /** ISO 8601. */
  readonly since: string;
  /** Tells the locks of one process apart. */
  readonly token: string;
}

/** Tokens of the locks that this process holds: one that could not be given back on the disk is free for us all the same. */
const held = new Set<string>();

/**
 * Takes the lock of a directory, for this process alone. It need not be given back: who finds it left behind by a
 * process that is gone takes it over.
 *
 * Each change of hands is a file `lock.<number>`, higher than the last, that appears whole and at once (link(2)). The
 * highest counts. A number is used once: of two that take over the same lock, one finds the number taken; and one that
 * was so slow that the number is free again finds a higher one, and steps back. So no lock file is ever replaced.
 *
 * @returns what gives it back.
 * @throws Failure `journal.locked`, `journal.unwritable`, or the file system's ENOENT if the directory is not there.
 */
export async function takeLock(directory: string): Promise<() => Promise<void>> {
  const self = await identifyProcess(process.pid);
  if (self === undefined) throw new Failure('internal', 'this process cannot identify itself');
  const token = randomUUID();
  const holder: Holder = { ...self, since: new Date().toISOString(), token };
  held.add(token);
  try {
    const mine = await takeNumber(directory, holder);
    return async () => {
      if (held.delete(token)) await giveBack(directory, mine);
    };
  } catch (error) {
    held.delete(token);
    throw error;
  }
}

async function takeNumber(directory: string, holder: Holder): Promise<number> {
  for (;;) {
    const numbers = await lockNumbers(directory);
    const last = numbers.at(-1) ?? 0;
    const before = last === 0 ? undefined : await readHolder(directory, last);
    if (before === 'changed') continue;
    if (before !== undefined && (await isAlive(before))) throw locked(directory, before);
    const mine = last + 1;
    if (!(await place(directory, mine, holder))) continue;
    if ((await lockNumbers(directory)).at(-1) !== mine) {
      await remove(directory, mine);
      continue;
    }
    for (const number of numbers) await remove(directory, number);
    return mine;
  }
}

async function giveBack(directory: string, mine: number): Promise<void> {
  try {
    if (await place(directory, mine + 1, undefined)) await remove(directory, mine);
  } catch (error) {
    // The disk fails or the directory is gone. Others may take over once this process has ended.
    if (!(error instanceof Failure)) throw error;
  }
}

async function lockNumbers(directory: string): Promise<readonly number[]> {
  const names = await readdir(directory).catch((cause: unknown) => {
    throw codeOf(cause) === 'ENOENT' ? cause : unwritable(directory, cause);
  });
  return names
    .map((name) => Number(/^lock\.(\d+)$/.exec(name)?.[1] ?? Number.NaN))
    .filter((number) => !Number.isNaN(number))
    .sort((one, other) => one - other);
}

/** `undefined` if it was given back, or if a power cut left nothing of it: then nobody can hold it any more. */
async function readHolder(directory: string, number: number): Promise<Holder | 'changed' | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(lockFile(directory, number), 'utf8'));
    return isHolder(value) ? value : undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'changed';
    if (error instanceof SyntaxError) return undefined;
    throw unwritable(directory, error);
  }
}

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null && 'pid' in value && 'host' in value && 'token' in value;
}

/** Of another machine (a home directory on the network) we cannot tell, so it counts as alive. */
async function isAlive(holder: Holder): Promise<boolean> {
  const self = await identifyProcess(process.pid);
  if (holder.host !== self?.host) return true;
  if (holder.boot !== self.boot) return false;
  if (holder.pid === self.pid && holder.started === self.started) return held.has(holder.token);
  const now = await identifyProcess(holder.pid);
  return now?.started === holder.started;
}

/** @returns false if the number is taken. */
async function place(directory: string, number: number, holder: Holder | undefined): Promise<boolean> {
  const draft = join(directory, `.lock-${randomUUID()}`);
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      if (holder !== undefined) await file.writeFile(JSON.stringify(holder));
    } finally {
      await file.close();
    }
    await link(draft, lockFile(directory, number));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw unwritable(directory, error);
  } finally {
    await rm(draft, { force: true });
  }
}

async function remove(directory: string, number: number): Promise<void> {
  await rm(lockFile(directory, number), { force: true });
}

function lockFile(directory: string, number: number): string {
  return join(directory, `lock.${String(number)}`);
}

function locked(directory: string, { pid, host, since }: Holder): Failure {
  const who = pid === process.pid ? 'this very process' : `process ${String(pid)} on ${host}`;
  return new Failure('journal.locked', `${who} has been working on this migration since ${since}`, {
    hint: `Go on there, or end that process and try again. If ${host} no longer exists, remove ${directory}/lock.*`,
  });
}
