import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Fact, NewFact } from '../../../main/domain/facts.ts';
import type { Journals } from '../../../main/domain/ports.ts';
import { createArchive } from '../../../main/engine/archive.ts';
import { readFact } from '../../../main/engine/read-fact.ts';
import { openJournals } from '../../../main/services/journal/journals.ts';
import { systemClock } from '../../../main/services/system/clock.ts';
import { plan } from '../../support/samples.ts';

/** Files of facts that were asked or read since the last look. */
const touched = vi.hoisted(() => new Set<string>());

vi.mock(import('node:fs/promises'), async (original) => {
  const real = await original();
  const note = (path: unknown): void => {
    if (typeof path === 'string' && path.endsWith('facts.jsonl')) touched.add(path);
  };
  const noting = <F extends (...given: never[]) => unknown>(act: F): F =>
    ((...given: Parameters<F>) => {
      note(given[0]);
      return act(...given);
    }) as F;
  return { ...real, stat: noting(real.stat), readFile: noting(real.readFile) };
});

const OVER: readonly NewFact[] = [
  { type: 'locked' },
  { type: 'cancelled', by: 'a test' },
  { type: 'restored', goodCopy: 'source', said: 'The source is whole.', running: true },
  { type: 'tidied', kept: [] },
];

let directory: string;
let journals: Journals<Fact>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'coldhaul-archive-'));
  journals = openJournals(directory, readFact);
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const idOf = (number: number): string => `6f9619ff-8b86-4d01-b42d-${String(number).padStart(12, '0')}`;
const factsFile = (number: number): string => join(directory, idOf(number), 'facts.jsonl');

async function write(number: number, facts: readonly NewFact[]): Promise<void> {
  const id = idOf(number);
  const journal = await journals.create(id, { type: 'planned', plan: plan({ id }), by: 'a test', atMs: 1 });
  for (const fact of facts) await journal.append({ ...fact, atMs: 2 });
  await journal.close();
}

/** What the work of it asked of the disk. */
async function filesTouchedBy(work: () => Promise<unknown>): Promise<readonly string[]> {
  touched.clear();
  await work();
  return [...touched].sort();
}

test('a list asks the files of those that are not over, and of no others, however many there are', async () => {
  for (let number = 1; number <= 40; number += 1) await write(number, OVER);
  await write(41, [{ type: 'locked' }]);
  const archive = createArchive(journals, systemClock);
  const files = await filesTouchedBy(() => archive.list());
  expect(files).toHaveLength(41);
  expect(await filesTouchedBy(() => archive.list())).toEqual([factsFile(41)]);
  expect((await archive.list()).migrations).toHaveLength(41);
});

test('what another process began, went on with, damaged or took away is in the next list', async () => {
  await write(1, OVER);
  await write(2, [{ type: 'locked' }]);
  const archive = createArchive(journals, systemClock);
  const phases = async (): Promise<object> =>
    Object.fromEntries(
      (await archive.list()).migrations.map(({ id, phase }) => [Number(id.slice(-3)), phase]),
    );
  expect(await phases()).toEqual({ 1: 'cancelled', 2: 'staging' });
  await write(3, []);
  const end = OVER.slice(1).map((fact) => `${JSON.stringify({ ...fact, atMs: 3 })}\n`);
  await appendFile(factsFile(2), end.join(''));
  expect(await phases()).toEqual({ 1: 'cancelled', 2: 'cancelled', 3: 'planned' });
  await appendFile(factsFile(3), 'no fact\n');
  await rm(join(directory, idOf(1)), { recursive: true });
  expect(await phases()).toEqual({ 2: 'cancelled' });
  expect((await archive.list()).problems).toHaveLength(1);
});
