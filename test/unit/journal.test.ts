import { chmod, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Journals } from '../../main/domain/ports.ts';
import { readFacts } from '../../main/services/journal/facts-file.ts';
import { openJournals } from '../../main/services/journal/journals.ts';

let directory: string;
let journals: Journals<unknown>;

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'coldhaul-journal-')), 'journals');
  journals = openJournals<unknown>(directory, decode);
});
afterEach(async () => {
  await rm(join(directory, '..'), { recursive: true });
});

/** Takes anything but a negative number. */
function decode(value: unknown): unknown {
  if (typeof value === 'number' && value < 0) throw new TypeError('negative');
  return value;
}

const factsFile = (id: string): string => join(directory, id, 'facts.jsonl');

async function write(id: string, facts: readonly unknown[]): Promise<void> {
  const [first, ...others] = facts;
  const journal = await journals.create(id, first);
  for (const fact of others) await journal.append(fact);
  await journal.close();
}

test('what was appended is there after opening again, and more can follow', async () => {
  await write('m-1', ['planned', { disk: 'ä\n' }]);
  const journal = await journals.open('m-1');
  expect(journal.replayed).toEqual(['planned', { disk: 'ä\n' }]);
  await Promise.all([journal.append(3), journal.append(4)]);
  await journal.close();
  expect(await readFile(factsFile('m-1'), 'utf8')).toBe('"planned"\n{"disk":"ä\\n"}\n3\n4\n');
});

test('only the user can read it', async () => {
  await write('m-1', [1]);
  const modes = await Promise.all(
    [directory, join(directory, 'm-1'), factsFile('m-1')].map(
      async (path) => (await stat(path)).mode & 0o777,
    ),
  );
  expect(modes).toEqual([0o700, 0o700, 0o600]);
});

test('after close, nothing is taken, and what was on its way has arrived', async () => {
  const journal = await journals.create('m-1', 1);
  const onTheWay = journal.append(2);
  const closing = journal.close();
  await expect(journal.append(3)).rejects.toMatchObject({ code: 'internal' });
  await Promise.all([onTheWay, closing]);
  expect((await journals.list())[0]?.facts).toEqual([1, 2]);
});

test('the list is newest first, with a word about what cannot be read', async () => {
  await write('old', [1]);
  await write('bad', [2]);
  await write('new', [3]);
  await writeFile(factsFile('bad'), '{"\n2\n');
  expect(await journals.list()).toEqual([
    { id: 'new', facts: [3], problem: undefined },
    { id: 'bad', facts: [], problem: `line 1 of ${factsFile('bad')} is not a fact that can be read` },
    { id: 'old', facts: [1], problem: undefined },
  ]);
});

test('there is no list before there is a journal, and no journal by a strange name', async () => {
  expect(await journals.list()).toEqual([]);
  for (const id of ['none', '', '..', '../x', 'a/b', '.hidden']) {
    await expect(journals.open(id)).rejects.toMatchObject({ code: 'migration.not-found' });
  }
});

test('a journal is never begun twice', async () => {
  await write('m-1', [1]);
  await expect(journals.create('m-1', 2)).rejects.toMatchObject({ code: 'journal.unwritable' });
  expect((await journals.list())[0]?.facts).toEqual([1]);
});

describe('a file cut at any byte', () => {
  const facts = fc.array(
    fc.jsonValue({ maxDepth: 2 }).filter((value) => !(typeof value === 'number' && value < 0)),
    {
      minLength: 1,
      maxLength: 5,
    },
  );

  test('holds the facts that were whole, and no others', () => {
    fc.assert(
      fc.property(facts, fc.nat(), (written, seed) => {
        const whole = Buffer.from(written.map((fact) => `${JSON.stringify(fact)}\n`).join(''));
        const cut = whole.subarray(0, seed % (whole.length + 1));
        const count = cut.toString('latin1').split('\n').length - 1;
        const expected = written.slice(0, count).map((fact) => JSON.parse(JSON.stringify(fact)) as unknown);
        expect(readFacts(cut, decode, 'f').facts).toEqual(expected);
      }),
    );
  });

  test('is gone on with after the last whole fact', async () => {
    await write('m-1', ['one', 'two', 'three']);
    const { size } = await stat(factsFile('m-1'));
    for (let length = size; length > '"one"\n'.length; length -= 1) {
      await truncate(factsFile('m-1'), length);
      const journal = await journals.open('m-1');
      await journal.append('more');
      await journal.close();
      expect((await journals.list())[0]?.facts).toEqual([...journal.replayed, 'more']);
      await writeFile(factsFile('m-1'), '"one"\n"two"\n"three"\n');
    }
  });

  test('before the first fact was whole is no migration', async () => {
    await write('m-1', ['one']);
    await truncate(factsFile('m-1'), 5);
    expect(await journals.list()).toEqual([]);
    await expect(journals.open('m-1')).rejects.toMatchObject({ code: 'migration.not-found' });
  });
});

describe('damage', () => {
  test.each([
    ['in the middle', '1\n{"a\n3\n', 2],
    ['in a last line that has its end', '1\n2\n{"a\n', 3],
    ['that is JSON but no fact', '1\n-2\n3\n', 2],
    ['by an empty line', '1\n\n3\n', 2],
    ['by bytes that are no text', Buffer.from([0x31, 0x0a, 0x22, 0xff, 0x22, 0x0a]), 2],
  ])('%s is told with its line, and the file is left alone', async (_where, contents, line) => {
    await write('m-1', [1]);
    await writeFile(factsFile('m-1'), contents);
    await expect(journals.open('m-1')).rejects.toMatchObject({
      code: 'journal.damaged',
      message: `line ${String(line)} of ${factsFile('m-1')} is not a fact that can be read`,
    });
    expect(await readFile(factsFile('m-1'))).toEqual(Buffer.from(contents));
  });

  test('does not keep the lock', async () => {
    await write('m-1', [1]);
    await writeFile(factsFile('m-1'), 'x\n');
    await expect(journals.open('m-1')).rejects.toMatchObject({ code: 'journal.damaged' });
    await writeFile(factsFile('m-1'), '1\n');
    await (await journals.open('m-1')).close();
  });
});

describe('the lock', () => {
  test('keeps a second one out, also in this process, until it is given back', async () => {
    const journal = await journals.create('m-1', 1);
    await expect(journals.open('m-1')).rejects.toMatchObject({
      code: 'journal.locked',
      message: expect.stringContaining('this very process') as string,
    });
    await journal.close();
    await (await journals.open('m-1')).close();
    expect((await readdir(join(directory, 'm-1'))).filter((name) => name.includes('lock'))).toHaveLength(1);
  });

  test('goes to exactly one of many who want it at once, again and again', async () => {
    await write('m-1', [1]);
    for (let round = 0; round < 20; round += 1) {
      const tries = await Promise.allSettled(
        Array.from({ length: 8 }, async () => await journals.open('m-1')),
      );
      const won = tries.filter((result) => result.status === 'fulfilled');
      expect(won).toHaveLength(1);
      await won[0]?.value.close();
    }
  });

  test.each([
    ['of a boot that is over', { boot: 'another' }],
    ['of a process whose number somebody else has now', { started: '1' }],
    ['of a process that is gone', { pid: 2 ** 22 + 1 }],
  ])('%s is taken over', async (_whose, change) => {
    const journal = await journals.create('m-1', 1);
    await alterLock('m-1', change);
    const taken = await journals.open('m-1');
    await expect(journals.open('m-1')).rejects.toMatchObject({ code: 'journal.locked' });
    await taken.close();
    await journal.close();
  });

  test('of another machine is left to that machine, and its name is told', async () => {
    const journal = await journals.create('m-1', 1);
    await alterLock('m-1', {
      host: 'elsewhere',
      boot: 'another',
      pid: 77,
      since: '2026-01-02T03:04:05.000Z',
    });
    await expect(journals.open('m-1')).rejects.toMatchObject({
      code: 'journal.locked',
      message: 'process 77 on elsewhere has been working on this migration since 2026-01-02T03:04:05.000Z',
    });
    await journal.close();
  });

  async function alterLock(id: string, change: object): Promise<void> {
    const names = await readdir(join(directory, id));
    const file = join(directory, id, names.find((name) => name.startsWith('lock.')) ?? '');
    const holder = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...holder, ...change }));
  }
});

test('a place where nothing can be made is told with the reason', async () => {
  const file = join(directory, '..', 'file');
  await writeFile(file, '');
  await chmod(file, 0o400);
  await expect(openJournals<unknown>(join(file, 'x'), decode).create('m-1', 1)).rejects.toMatchObject({
    code: 'journal.unwritable',
  });
});

test('a journal that did not change is not read again; one that did, whatever the way, is', async () => {
  await write('m-1', [1]);
  await write('m-2', [1]);
  const [before, after] = [await journals.read('m-1'), await journals.read('m-1')];
  expect(after).toBe(before);
  const journal = await journals.open('m-1');
  await journal.append(2);
  expect((await journals.read('m-1')).facts).toEqual([1, 2]);
  await journal.close();
  // Another process, or an editor, with the same number of bytes.
  await writeFile(factsFile('m-1'), '1\n3\n');
  expect((await journals.read('m-1')).facts).toEqual([1, 3]);
  await writeFile(factsFile('m-1'), '1\n-3\n');
  expect((await journals.read('m-1')).problem).toContain('line 2');
  await rm(join(directory, 'm-1'), { recursive: true });
  await expect(journals.read('m-1')).rejects.toMatchObject({ code: 'migration.not-found' });
  expect((await journals.list()).map(({ id }) => id)).toEqual(['m-2']);
});
