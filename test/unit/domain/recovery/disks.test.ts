import { expect, test } from 'vitest';
import type { DiskFile } from '../../../../main/domain/host.ts';
import { closeLook } from '../../../support/close-look.ts';
import { copyOf, disk, disks, HOME, ids, RESIZE, said, spoken } from '../../../support/recovery-evidence.ts';
import { atRest, errorAtDestination, verify, type Change } from '../../../support/recovery-scenes.ts';
import { IMAGE_BASE, INSTANCES, link } from '../../../support/samples.ts';

const OTHER = `${INSTANCES}/_base/of-the-snapshot`;
const EPHEMERAL = `${INSTANCES}/_base/ephemeral_1_0706d66`;

/** Written on another base than its image's; at the destination that base is not there. */
const unshelved = (more: Change = {}) =>
  verify({
    ...more,
    hostA: { resizeDirectory: disks(RESIZE, [disk('disk', RESIZE, { base: OTHER })]), ...more.hostA },
    hostB: { directory: copyOf({ base: OTHER, missing: true }), ...more.hostB },
  });

/** Both hosts with an ephemeral disk on a base of one name, whose beginnings are these. */
const ephemeral = (heads: readonly [string, string], there: Partial<DiskFile> = {}) => {
  const head = (value: string) => closeLook({ baseHeads: new Map([[EPHEMERAL, value]]) });
  const of = (path: string, more: Partial<DiskFile> = {}) =>
    disks(path, [disk('disk', path), disk('disk.eph0', path, { base: EPHEMERAL, ...more })]);
  return verify({
    hostA: { resizeDirectory: of(RESIZE), close: head(heads[0]) },
    hostB: { directory: of(HOME, there), close: head(heads[1]) },
  });
};

test('wrong-base: reverted, for at the destination another base comes under it', () => {
  const [confidence, verdict, first] = said(unshelved(), 'wrong-base');
  expect([confidence, first]).toEqual(['certain', 'revert']);
  expect(verdict).toContain('Its disk was written on of-the-snapshot');
  expect(
    ids(
      errorAtDestination({
        hostA: { resizeDirectory: disks(RESIZE, [disk('disk', RESIZE, { base: OTHER })]) },
      }),
    ),
  ).toContain('wrong-base');
});

const layered = {
  ...disk('disk', RESIZE),
  chain: [
    link(`${RESIZE}/disk`, { backingPath: `${INSTANCES}/_coldhaul/x/disk`, backingFormat: 'qcow2' }),
    link(`${INSTANCES}/_coldhaul/x/disk`, {
      backingPath: `${INSTANCES}/_base/${IMAGE_BASE}`,
      backingFormat: 'raw',
    }),
    link(`${INSTANCES}/_base/${IMAGE_BASE}`, { format: 'raw' }),
  ],
};

test.each([
  ['it is the image’s', verify()],
  ['the destination has the same one', unshelved({ hostB: { directory: copyOf({ base: OTHER }) } })],
  [
    'the destination has it without a base',
    unshelved({
      hostB: { directory: disks(HOME, [{ ...disk('disk', HOME), chain: [link(`${HOME}/disk`)] }]) },
    }),
  ],
  ['a layer of Coldhaul lies above it', verify({ hostA: { resizeDirectory: disks(RESIZE, [layered]) } })],
  [
    'there is none',
    verify({ hostA: { resizeDirectory: disks(RESIZE, [{ ...layered, chain: [link(`${RESIZE}/disk`)] }]) } }),
  ],
  [
    'it has the size in its name',
    verify({
      hostA: {
        resizeDirectory: disks(RESIZE, [
          disk('disk', RESIZE, { base: `${INSTANCES}/_base/${IMAGE_BASE}_20` }),
        ]),
      },
    }),
  ],
  ['it is at rest', atRest({ hostA: { directory: disks(HOME, [disk('disk', HOME, { base: OTHER })]) } })],
])('wrong-base is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('wrong-base');
});

test('other-ephemeral-base: reverted, for the file system under it is another one', () => {
  const [confidence, verdict, first] = said(ephemeral(['a', 'b']), 'other-ephemeral-base');
  expect([confidence, first]).toEqual(['certain', 'revert']);
  expect(verdict).toContain('ephemeral_1_0706d66 on hostA and on hostB are two file systems');
});

test.each([
  ['both are equal', ephemeral(['a', 'a'])],
  ['the disk was flattened on the way', ephemeral(['a', 'b'], { chain: [link(`${HOME}/disk.eph0`)] })],
  ['there is no ephemeral disk', verify()],
])('other-ephemeral-base is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('other-ephemeral-base');
});

const old = disk('disk', HOME);
const untold = { ...old, chain: old.chain.map((each) => ({ ...each, backingFormat: undefined })) };

test('no-backing-format: written into it by hand, with the instance off', () => {
  const off = atRest({
    server: { status: 'SHUTOFF' },
    hostA: { directory: disks(HOME, [untold]), domain: 'shut off' },
  });
  const [confidence, verdict, first] = said(off, 'no-backing-format');
  expect([confidence, first]).toEqual(['likely', 'by-hand Write the format of its base into it']);
  expect(verdict).toContain('does not say what format');
  const message = 'format of backing image was not specified in the image metadata';
  const told = { ...off, server: { ...off.server, status: 'ERROR', fault: { message, details: undefined } } };
  expect(spoken(told, 'no-backing-format').confidence).toBe('certain');
});

test.each([
  ['it is told', atRest({ server: { status: 'SHUTOFF' }, hostA: { domain: 'shut off' } })],
  ['it runs', atRest({ hostA: { directory: disks(HOME, [untold]) } })],
])('no-backing-format is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('no-backing-format');
});
