import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLog } from '../../main/services/system/log.ts';
import { createRedactor } from '../../main/services/system/redact.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'coldhaul-log-'));
  path = join(directory, 'logs', 'coldhaul.log');
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function linesOf(file: string): Promise<readonly unknown[]> {
  const text = await readFile(file, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

test('a line is one JSON object, there at once, for the user only', async () => {
  const opened = openLog({ path });
  opened.log({ level: 'warn', message: 'two\nlines', host: 'h', migration: 'm' });
  opened.log({ level: 'debug', message: 'left out' });
  expect(await linesOf(path)).toMatchObject([{ msg: 'two\nlines', host: 'h', migration: 'm', level: 40 }]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  opened.close();
});

test('registered secrets and what stands behind a telling name never reach the file', async () => {
  const opened = openLog({ path });
  opened.addSecret('hunter2"x');
  opened.log({
    level: 'info',
    message: 'logged in with hunter2"x',
    command: 'curl -H "X-Auth-Token: gAAAA" --password s3cret',
  });
  const text = await readFile(path, 'utf8');
  expect(text).not.toMatch(/hunter2|gAAAA|s3cret/);
  expect(text).toContain('logged in with [hidden]');
  opened.close();
});

test('it is put away when it has grown, and only so many are kept', async () => {
  const opened = openLog({ path, maxBytes: 500, keep: 2 });
  for (let number = 0; number < 40; number += 1)
    opened.log({ level: 'info', message: `line ${String(number)}` });
  opened.close();
  const files = (await readdir(join(directory, 'logs'))).sort();
  expect(files).toEqual(['coldhaul.log', 'coldhaul.log.1', 'coldhaul.log.2']);
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(directory, 'logs', file))).size),
  );
  expect(Math.max(...sizes)).toBeLessThanOrEqual(500);
  expect((await linesOf(path)).at(-1)).toMatchObject({ msg: 'line 39' });
});

test('it goes on in the file that is there', async () => {
  for (const message of ['before', 'after']) {
    const opened = openLog({ path });
    opened.log({ level: 'info', message });
    opened.close();
  }
  expect(await linesOf(path)).toMatchObject([{ msg: 'before' }, { msg: 'after' }]);
});

test('a file that cannot be written any more is told once, and stops nobody', () => {
  const problems: Error[] = [];
  const opened = openLog({ path: '/dev/full', onBroken: (problem) => problems.push(problem) });
  opened.log({ level: 'info', message: 'one' });
  opened.log({ level: 'info', message: 'two' });
  expect(problems).toMatchObject([{ code: 'ENOSPC' }]);
});

test.each([
  ['password: abc def', 'password: [hidden] def'],
  ['"adminPass_password": "a \\" b", "x": 1', '"adminPass_password": [hidden], "x": 1'],
  ["OS_PASSWORD='a b' nova list", 'OS_PASSWORD=[hidden] nova list'],
  ['Authorization: Bearer abc.def', 'Authorization: Bearer [hidden]'],
  ['--os-token abc --verbose', '--os-token [hidden] --verbose'],
  ['https://me:pw@host/x', 'https://me:[hidden]@host/x'],
  ['-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----', '[hidden]'],
  ['the token expired after 3600 s', 'the token expired after 3600 s'],
  ['copied 12 GiB to compute-2', 'copied 12 GiB to compute-2'],
])('%o is written as %o', (text, expected) => {
  expect(createRedactor().redact(text)).toBe(expected);
});

test('a secret inside another leaves nothing of the longer one', () => {
  const redactor = createRedactor();
  for (const secret of ['abcd', 'abcdefgh', 'abc']) redactor.add(secret);
  expect(redactor.redact('abcdefgh abcd abc')).toBe('[hidden] [hidden] abc');
});
