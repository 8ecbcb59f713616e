import { expect, test } from 'vitest';
import type { FileState } from '../../../../main/domain/host.ts';
import type { StorageTraits } from '../../../../main/domain/host-traits.ts';
import type { Side } from '../../../../main/domain/preflight/check.ts';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import { factsOf, said, traitsOf } from '../../../support/host-evidence.ts';
import { root } from '../../../support/plan-evidence.ts';
import { hostFacts, hostTraits } from '../../../support/samples.ts';

const { storage } = hostTraits();

function withStorage(side: Side, more: Partial<StorageTraits>, of?: MoveEvidence): MoveEvidence {
  return traitsOf(side, { storage: { ...storage, ...more } }, of);
}

test.each<[string, MoveEvidence, string, RegExp]>([
  ['a local one', withStorage('source', {}), 'pass', /on hostA is on \/dev\/vdb \(xfs\)/],
  [
    'one that is read-only',
    withStorage('source', { options: ['ro', 'relatime'] }),
    'block',
    /hostA is read-only/,
  ],
  [
    'one on the network',
    withStorage('source', { type: 'nfs4', device: 'filer:/nova' }),
    'warn',
    /\(nfs4, filer:\/nova\)/,
  ],
  ['a cluster’s', withStorage('source', { type: 'fuse.glusterfs' }), 'warn', /lies on the network/],
  ['one that was not found', withStorage('source', { type: '' }), 'note', /could not be read/],
])('file system: %s', (_what, evidence, verdict, says) => {
  expect(said('source.file-system', evidence)).toEqual([verdict, expect.stringMatching(says)]);
});

function directories(there: Partial<FileState>, id = storage.id): MoveEvidence {
  const here = factsOf('source', { instancesDirectory: root });
  return withStorage(
    'destination',
    { id },
    factsOf('destination', { instancesDirectory: { ...root, ...there } }, here),
  );
}
const nfs = { type: 'nfs4', device: 'filer:/nova' };

test.each<[string, MoveEvidence, string, RegExp]>([
  [
    'one export on both',
    withStorage('source', nfs, withStorage('destination', nfs)),
    'block',
    /same file system mounted \(filer:\/nova, nfs4\)/,
  ],
  [
    'two exports',
    withStorage('source', nfs, withStorage('destination', { ...nfs, device: 'filer:/other' })),
    'pass',
    /of their own/,
  ],
  ['one that looks the same in all', directories({}), 'warn', /look like one and the same: .* inode 2,/],
  ['another time of change', directories({ mtimeSeconds: 5 }), 'pass', /of their own/],
  ['another inode', directories({ inode: 3 }), 'pass', /of their own/],
  ['another id', directories({}, 'other'), 'pass', /of their own/],
  ['one that was not read', withStorage('source', { type: '' }), 'warn', /could not be read/],
  ['a host that was not read', traitsOf('source', undefined), 'note', /was not read/],
])('shared or not: %s', (_what, evidence, verdict, says) => {
  expect(said('hosts.storage', evidence)).toEqual([verdict, expect.stringMatching(says)]);
});

function inodes(freeInodes: number, totalInodes = storage.totalInodes): MoveEvidence {
  const { instancesFileSystem } = hostFacts();
  return factsOf(
    'destination',
    { instancesFileSystem: { ...instancesFileSystem, freeInodes } },
    withStorage('destination', { totalInodes }),
  );
}

test.each<[string, MoveEvidence, string, RegExp]>([
  ['many', inodes(1_000_000), 'pass', /1000000 of 2000000 inodes are free on hostB, 33 are needed/],
  ['under one in a hundred', inodes(10_000), 'warn', /under one in a hundred/],
  ['too few', inodes(20), 'block', /20 of 2000000 inodes are free on hostB, 33 are needed/],
  ['a file system that counts none', inodes(0, 0), 'pass', /does not count inodes/],
])('inodes: %s', (_what, evidence, verdict, says) => {
  expect(said('destination.inodes', evidence)).toEqual([verdict, expect.stringMatching(says)]);
});

const quotasOn = { options: ['rw', 'usrquota'] };

test.each<[string, MoveEvidence, string, RegExp]>([
  ['none', withStorage('destination', {}), 'pass', /nova has no disk quota on hostB/],
  ['enough', withStorage('destination', { quotaFreeBytes: 1e12 }), 'pass', /leaves 931 GiB/],
  [
    'too little',
    withStorage('destination', { quotaFreeBytes: 1024 }),
    'block',
    /49\.6 MiB arrive, .* leaves 1\.00 KiB/,
  ],
  ['none of Nova’s, though they are on', withStorage('destination', quotasOn), 'pass', /no disk quota/],
  [
    'on, and not told',
    withStorage('destination', { ...quotasOn, isQuotaTold: false }),
    'note',
    /no quota to ask/,
  ],
])('quota: %s', (_what, evidence, verdict, says) => {
  expect(said('destination.quota', evidence)).toEqual([verdict, expect.stringMatching(says)]);
});
