import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJournals } from '../../main/services/journal/journals.ts';

const PROGRAM = new URL('../support/journal-process.ts', import.meta.url).pathname;

let directory: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'coldhaul-journal-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  await rm(directory, { recursive: true });
});

const journals = (): ReturnType<typeof openJournals<unknown>> =>
  openJournals<unknown>(directory, (value) => value);

function start(argv: readonly string[]): ChildProcess & { readonly lines: AsyncIterableIterator<string> } {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return Object.assign(child, { lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() });
}

const node = (act: string, id = 'm-1'): readonly string[] => [
  process.execPath,
  '--import',
  'tsx',
  PROGRAM,
  act,
  directory,
  id,
];

/** Next line that a child says, as the value it is. */
async function next(child: { readonly lines: AsyncIterableIterator<string> }): Promise<unknown> {
  const line = await child.lines.next();
  return line.done === true ? undefined : JSON.parse(line.value);
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

test('another process is kept out, told who has it, and takes over after kill -9', async () => {
  await (await journals().create('m-1', 'first')).close();
  const other = start(node('hold'));
  expect(await next(other)).toBe('held');
  await expect(journals().open('m-1')).rejects.toMatchObject({
    code: 'journal.locked',
    message: expect.stringContaining(`process ${String(other.pid)} on `) as string,
  });
  await kill(other);
  const journal = await journals().open('m-1');
  expect(journal.replayed).toEqual(['first', 'held']);
  await journal.close();
});

test('of several processes that find a dead one’s lock, one gets it', async () => {
  await (await journals().create('m-1', 'first')).close();
  const dead = start(node('hold'));
  await next(dead);
  await kill(dead);
  const rivals = Array.from({ length: 4 }, () => start(node('grab')));
  const said = await Promise.all(rivals.map(next));
  expect(said.map(String).sort()).toEqual(['journal.locked', 'journal.locked', 'journal.locked', 'mine']);
});

test('every fact that was acknowledged before kill -9 is there', async () => {
  await (await journals().create('m-1', 'first')).close();
  const writer = start(node('write-on'));
  let last = -1;
  while (last < 40) last = Number(await next(writer));
  await kill(writer);
  const journal = await journals().open('m-1');
  const numbers = journal.replayed.slice(1);
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, number) => number));
  expect(numbers.length).toBeGreaterThan(last);
  await journal.close();
});

/** Runs the child with its directory on a small file system of its own. */
function onFileSystem(options: string, act: string): readonly string[] {
  const script = 'mount -t tmpfs -o "$1" tmpfs "$2" && shift 2 && exec "$@"';
  return [
    'unshare',
    '--mount',
    '--propagation',
    'private',
    'sh',
    '-c',
    script,
    'sh',
    options,
    directory,
    ...node(act),
  ];
}

test('a full file system stops the work with its reason, and harms no fact', async () => {
  const child = start(onFileSystem('size=32k', 'fill'));
  expect(await next(child)).toBe('journal.unwritable');
  expect(await next(child)).toBe('short');
  expect(await next(child)).toEqual({ problem: null, last: 'short' });
});

test('a read-only file system is told at once', async () => {
  expect(await next(start(onFileSystem('ro', 'create')))).toBe('journal.unwritable');
});
