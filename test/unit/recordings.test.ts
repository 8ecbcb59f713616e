import { expect, test } from 'vitest';
import { differences } from '../recordings/compare.ts';
import { changes, fileNames, serverWords, type Leg } from '../recordings/recording.ts';

const leg: Leg = {
  name: 'there, migrate',
  server: [
    'SHUTOFF stopped/- source',
    'RESIZE stopped/resize_migrating source',
    'VERIFY_RESIZE resized/- destination',
  ],
  migration: ['migrating', 'finished'],
  files: { source: ['UUID_resize/disk'], destination: ['UUID/disk'] },
};
const compare = (change: Partial<Leg>): readonly string[] =>
  differences(
    { scenario: 's', cloud: 'real', legs: [leg] },
    { scenario: 's', cloud: 'lab', legs: [{ ...leg, ...change }] },
  );

test('the same, and states that nobody happened to see, are no difference', () => {
  expect(compare({})).toEqual([]);
  expect(
    compare({
      server: leg.server.toSpliced(1, 0, 'RESIZE stopped/resize_prep source'),
      migration: ['migrating', 'post-migrating', 'finished'],
    }),
  ).toEqual([]);
});

test.each<[string, Partial<Leg>, RegExp]>([
  [
    'a state that is never taken',
    { server: leg.server.toSpliced(1, 1) },
    /^there, migrate: server is never RESIZE/,
  ],
  ['another order', { migration: ['finished', 'migrating'] }, /begins as finished/],
  ['another end', { server: leg.server.with(2, 'ERROR error/- source') }, /ends as ERROR/],
  [
    'a file too many',
    { files: { ...leg.files, source: ['UUID/disk', 'UUID_resize/disk'] } },
    /source has UUID\/disk/,
  ],
  ['a file too few', { files: { ...leg.files, destination: [] } }, /destination lacks UUID\/disk/],
  ['other legs', { name: 'back, migrate' }, /the legs are/],
])('%s is told', (_name, change, words) => {
  expect(compare(change).join('\n')).toMatch(words);
});

test('hosts are told by their part, files without the id', () => {
  const parts = { source: 'a', destination: 'b' };
  const state = { status: 'RESIZE', vmState: 'active', taskState: 'resize_prep', host: 'b' };
  expect(serverWords(state, parts)).toBe('RESIZE active/resize_prep destination');
  expect(serverWords({ ...state, taskState: null, host: 'c' }, parts)).toBe('RESIZE active/- elsewhere');
  expect(fileNames('x1/disk\nx1_resize/disk\n_coldhaul/x1.kept-2026\n', 'x1')).toEqual([
    'UUID/disk',
    'UUID_resize/disk',
    '_coldhaul/UUID.kept',
  ]);
  expect(changes(['a', 'a', 'b', 'a'])).toEqual(['a', 'b', 'a']);
});
