import { expect, test } from 'vitest';
import { readJsonChain } from '../../main/services/hypervisor/chain.ts';
import { closeLookOf } from '../../main/services/hypervisor/close-look.ts';
import { domainDisksOf } from '../../main/services/hypervisor/domain-files.ts';
import { readRecords, type Records } from '../../main/services/hypervisor/records.ts';

const ID = '0c6f6d5e-8f2b-4b7e-9d6a-0a1b2c3d4e5f';
const record = (...fields: readonly string[]): string => fields.map((field) => `${field}\0`).join('');
const file = (mark: string, path: string): string => record(mark, 'f', path, ...'12345678'.split(''));
const read = (...records: readonly string[]): Records => readRecords('a', records.join('') + record('E'));
const reading = {
  openers: [],
  usual: (path: string) => path,
  describe: ({ pid }: { readonly pid: string }) => pid,
};
const look = (...records: readonly string[]) => closeLookOf(read(...records), ID, reading);

test('the directory, the bases and single facts', () => {
  const found = look(
    file('R', '/i'),
    file('B', '/i/_base/a'),
    record('U', '/i/_base/ephemeral_1_b', 'd1'),
    record('X', 'bases', 'yes'),
    record('X', 'disks', '4096/1099511627776'),
    record('X', 'config', 'vfat'),
    record('X', 'tpm', 'yes'),
    record('X', 'tpmPath', '/t'),
    record('X', 'old', '/i/instance-0000000a'),
    record('M', '/i/u/disk'),
  );
  expect(found).toMatchObject({
    root: { path: '/i' },
    bases: [{ path: '/i/_base/a' }],
    allDisks: { allocatedBytes: 4096, virtualBytes: 2 ** 40 },
    configDrive: 'vfat',
    hasTpm: true,
    tpmPath: '/t',
    oldDirectory: '/i/instance-0000000a',
    qcow2Magic: ['/i/u/disk'],
  });
  expect([...found.baseHeads]).toEqual([['/i/_base/ephemeral_1_b', 'd1']]);
});

test('what was not said is not known, and never empty', () => {
  expect(look(file('B', '/i/_base/a'))).toMatchObject({
    root: undefined,
    bases: undefined,
    diskInfo: undefined,
    allDisks: undefined,
    configDrive: undefined,
    machineType: undefined,
    jobsKnown: true,
  });
});

test.each([
  ['{"/i/u/disk": "qcow2"}', { '/i/u/disk': 'qcow2' }],
  ['', {}],
  ['{', undefined],
  ['{"/i/u/disk": 3}', undefined],
  ['[]', undefined],
])('disk.info %j', (text, formats) => {
  expect(look(record('I', text)).diskInfo).toEqual({ formats });
});

test('what qemu-img check says, and that it came to no end', () => {
  const said =
    'qemu-img: a warning\n{"image-end-offset": 1, "check-errors": 0, "corruptions": 2, "leaks": 5}';
  expect(
    look(record('K', '/d', '2', said), record('K', '/e', '124', ''), record('K', '/f', '1', 'no lock'))
      .checks,
  ).toEqual([
    { path: '/d', code: 2, corruptions: 2, leaks: 5, said: '' },
    { path: '/e', code: 124, corruptions: 0, leaks: 0, said: 'it was not done in 60 s' },
    { path: '/f', code: 1, corruptions: 0, leaks: 0, said: 'no lock' },
  ]);
});

test('jobs of libvirt: one that runs is named, none is silence or None', () => {
  const none = [record('J', '', '0', 'Job type:         None\n\n'), record('J', 'vda', '0', '\n')];
  expect(look(...none)).toMatchObject({ jobs: [], jobsKnown: true });
  const some = record('J', 'vdb', '0', ' type=Active Block Commit\n bandwidth=0\n cur=1\n end=2\n');
  expect(look(...none, some).jobs).toEqual([{ target: 'vdb', kind: 'Active Block Commit' }]);
  expect(look(record('J', '', '0', 'Job type:         Unbounded   \nOperation:  x')).jobs).toEqual([
    { target: undefined, kind: 'Unbounded' },
  ]);
  expect(look(record('J', 'vda', '1', "error: command doesn't support option --raw"))).toMatchObject({
    jobs: [],
    jobsKnown: false,
  });
});

test('of the domain: its machine, and the format of each disk that QEMU is told', () => {
  const os = "<type arch='x86_64' machine='pc-i440fx-7.2'>hvm</type>";
  const disks =
    "<disk type='file'><driver name='qemu' type='qcow2'/><source file='/i/u/disk'/><backingStore type='file'><format type='raw'/><source file='/b'/></backingStore></disk>" +
    "<disk type='file'><source file='/i/u/disk.config'/></disk>";
  expect(look(record('V', ID, '0', 'running\n', '', os, disks))).toMatchObject({
    machineType: 'pc-i440fx-7.2',
    domainDisks: [
      { path: '/i/u/disk', format: 'qcow2' },
      { path: '/i/u/disk.config', format: 'raw' },
    ],
  });
  expect(domainDisksOf('')).toEqual([]);
});

test('who has a disk open, once each; a console’s reader has none', () => {
  const process = { pid: '7', words: ['/usr/bin/qemu-system-x86_64', '-name'] };
  const opened = ['/i/u/disk', '/i/u/disk.eph0'].map((path) => ({ process, path }));
  const reader = { process: { pid: '8', words: ['virtlogd'] }, path: '/i/u/console.log' };
  expect(closeLookOf(read(), ID, { ...reading, openers: [...opened, reader] }).diskOpeners).toEqual([
    { program: 'qemu-system-x86_64', command: '7' },
  ]);
});

test('marks of an image: damaged, not closed, encrypted, with snapshots, with its data elsewhere', () => {
  const usual = { filename: '/d', format: 'qcow2', 'virtual-size': 1, 'dirty-flag': false, snapshots: [] };
  const [plain] = readJsonChain(JSON.stringify([usual]), 0, '').chain;
  for (const key of ['corrupt', 'dirty', 'encrypted', 'snapshots', 'dataFile'])
    expect(plain).not.toHaveProperty(key);
  const odd = {
    ...usual,
    'dirty-flag': true,
    encrypted: true,
    snapshots: [{ id: '1', name: 'before' }],
    'format-specific': { type: 'qcow2', data: { corrupt: true, 'data-file': '/x' } },
  };
  expect(readJsonChain(JSON.stringify([odd]), 0, '').chain[0]).toMatchObject({
    dirty: true,
    encrypted: true,
    snapshots: ['before'],
    corrupt: true,
    dataFile: '/x',
  });
});
