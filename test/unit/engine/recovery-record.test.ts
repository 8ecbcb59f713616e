import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CaseFact } from '../../../main/contract/recovery-record.ts';
import { beginStep, readCaseFact, readPast, type CaseRecords } from '../../../main/engine/recovery/record.ts';
import { openJournals } from '../../../main/services/journal/journals.ts';

const ID = '0d1a5f3e-1111-4222-8333-444455556666';
let directory: string;
let records: CaseRecords;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'coldhaul-records-'));
  records = openJournals(directory, readCaseFact);
});
afterEach(() => rm(directory, { recursive: true }));

const mark = { inode: 1, sizeBytes: 2, mtimeSeconds: 3 };
const comparison = {
  sourceHost: 'a',
  destinationHost: 'b',
  sourcePath: '/i/x_resize/disk',
  destinationPath: '/i/x/disk',
  sourceMark: mark,
  destinationMark: mark,
  equal: true,
  atMs: 5,
};

function began(atMs: number): CaseFact & { type: 'step-began' } {
  const words = { where: 'the cloud', changes: '', undo: '', check: '' };
  return {
    type: 'step-began',
    atMs,
    who: 'kim@desk',
    step: { key: 'compare', title: 'Compare', commands: [], isDoneByUs: true, refusals: [], ...words },
    seen: {
      readAtMs: atMs,
      server: { id: ID, name: 'web', projectId: 'p', status: 'VERIFY_RESIZE', locked: false, updatedAt: '' },
      ...{ cloud: [], sides: [], clocks: [], diagnoses: [], past: [] },
    },
  };
}

test('nothing was done: nothing is told, and nothing is wrong', async () => {
  expect(await readPast(records, ID)).toEqual({
    ...{ facts: [], steps: [], comparisons: [], problem: undefined },
  });
});

test('steps come newest first with their ends; the newest comparison is kept', async () => {
  const first = await beginStep(records, ID, began(1));
  await first.append({ type: 'step-ended', atMs: 2, said: 'All are equal.', comparisons: [comparison] });
  await first.close();
  const second = await beginStep(records, ID, began(3));
  await second.append({
    type: 'step-failed',
    atMs: 4,
    code: 'migration.failed',
    said: 'No.',
    requestId: 'req-1',
  });
  await second.close();
  const third = await beginStep(records, ID, began(5));
  await third.close();
  const { steps, comparisons } = await readPast(records, ID);
  expect(steps.map(({ beganMs, end, said, requestId }) => ({ beganMs, end, said, requestId }))).toEqual([
    {
      beganMs: 5,
      end: 'unknown',
      said: expect.stringContaining('may have been done') as string,
      requestId: undefined,
    },
    { beganMs: 3, end: 'failed', said: 'No.', requestId: 'req-1' },
    { beganMs: 1, end: 'done', said: 'All are equal.', requestId: undefined },
  ]);
  expect(comparisons).toEqual([comparison]);
});

test('two steps of one instance do not go on at the same time', async () => {
  const first = await beginStep(records, ID, began(1));
  await expect(beginStep(records, ID, began(2))).rejects.toMatchObject({ code: 'journal.locked' });
  await first.close();
  await (await beginStep(records, ID, began(3))).close();
  expect((await readPast(records, ID)).steps).toHaveLength(2);
});

test('a record that cannot be read is told, and no step is begun on top of it', async () => {
  await (await beginStep(records, ID, began(1))).close();
  await appendFile(join(directory, ID, 'facts.jsonl'), '{"type":"from a newer version"}\n');
  const { steps, comparisons, problem } = await readPast(records, ID);
  expect({ steps, comparisons }).toEqual({ steps: [], comparisons: [] });
  expect(problem).toContain('line 2');
  await expect(beginStep(records, ID, began(2))).rejects.toMatchObject({ code: 'journal.damaged' });
});
