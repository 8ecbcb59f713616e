import { expect, test } from 'vitest';
import type { DiskFile } from '../../../main/domain/host.ts';
import {
  asPlanned,
  beforeConfirm,
  beforeHandOver,
  beforeRevert,
  beforeStart,
  nothingHasItOpen,
  unchangedSince,
  withoutConversionsOf,
} from '../../../main/domain/interlocks.ts';
import {
  diskFile,
  diskPlan,
  directory,
  plan,
  INSTANCES,
  onHost,
  server,
  SERVER_ID,
} from '../../support/samples.ts';

const off = {
  server: server({ status: 'SHUTOFF', vmState: 'stopped', powerState: 4 }),
  source: onHost('hostA', { directory: directory(`${INSTANCES}/${SERVER_ID}`), domain: 'shut off' }),
  destination: onHost('hostB'),
};
const resized = directory(`${INSTANCES}/${SERVER_ID}_resize`);
const verify = {
  server: server({ status: 'VERIFY_RESIZE', vmState: 'resized', host: 'hostB' }),
  source: onHost('hostA', { resizeDirectory: resized, domain: 'shut off' }),
  destination: onHost('hostB', { directory: directory(`${INSTANCES}/${SERVER_ID}`), domain: 'running' }),
};

test('the hand-over goes on when all is quiet', () => {
  expect(beforeHandOver(off, 'hostA')).toEqual([]);
});

test.each([
  [
    'a process has the disk open at the source (G1)',
    { ...off, source: { ...off.source, openBy: ['4711 qemu-system-x86'] } },
  ],
  [
    'a copy still writes at the destination (G1)',
    { ...off, destination: { ...off.destination, copyProcesses: ['12 rsync --server'] } },
  ],
  ['_resize lies beside the directory (G2)', { ...off, source: { ...off.source, resizeDirectory: resized } }],
  ['the domain runs at the source (G5)', { ...off, source: { ...off.source, domain: 'running' as const } }],
  [
    'the domain is paused at the destination (G5)',
    { ...off, destination: { ...off.destination, domain: 'paused' as const } },
  ],
  [
    'libvirt does not answer (G5)',
    { ...off, destination: { ...off.destination, domain: 'unknown' as const } },
  ],
  ['Nova has begun something (G7)', { ...off, server: { ...off.server, taskState: 'powering-on' } }],
  ['Nova says another host (G7)', { ...off, server: { ...off.server, host: 'hostC' } }],
])('the hand-over is refused when %s', (_what, sight) => {
  expect(beforeHandOver(sight, 'hostA').length).toBeGreaterThan(0);
});

test('a proven copy that Nova waits for may be confirmed', () => {
  expect(beforeConfirm(verify, true, 'hostB', true)).toEqual([]);
});

test.each([
  ['nothing is proven (G3)', verify, false],
  [
    'the destination holds no disk (G3)',
    { ...verify, destination: { ...verify.destination, directory: undefined } },
    true,
  ],
  [
    'the destination’s directory is empty (G3)',
    { ...verify, destination: { ...verify.destination, directory: directory('x', { disks: [] }) } },
    true,
  ],
  [
    'libvirt does not know the instance at the destination (F03)',
    { ...verify, destination: { ...verify.destination, domain: 'absent' as const } },
    true,
  ],
  [
    'the source has both directories (G2)',
    { ...verify, source: { ...verify.source, directory: directory('y') } },
    true,
  ],
  [
    'it runs at the source too (G5)',
    { ...verify, source: { ...verify.source, domain: 'running' as const } },
    true,
  ],
  ['Nova does not wait for it (G7)', { ...verify, server: { ...verify.server, status: 'ERROR' } }, true],
])('a confirm is refused when %s', (_what, sight, proven) => {
  expect(beforeConfirm(sight, proven, 'hostB', true).length).toBeGreaterThan(0);
});

test('a revert needs a readable source copy and no second directory', () => {
  expect(beforeRevert(verify, [])).toEqual([]);
  expect(beforeRevert({ ...verify, source: onHost('hostA', { domain: 'shut off' }) }, []).join()).toContain(
    'nothing to go back to',
  );
  const unreadable = directory('z', {
    disks: [diskFile('disk', { problem: 'its backing file is missing' })],
  });
  expect(
    beforeRevert({ ...verify, source: { ...verify.source, resizeDirectory: unreadable } }, []).join(),
  ).toContain('backing file is missing');
  expect(
    beforeRevert({ ...verify, source: { ...verify.source, directory: directory('y') } }, []).join(),
  ).toContain('G2');
});

test('it is never started while it runs, or may run, on the other host', () => {
  expect(beforeStart(off, 'hostA')).toEqual([]);
  expect(
    beforeStart({ ...off, destination: { ...off.destination, domain: 'running' } }, 'hostA').join(),
  ).toContain('G5');
  expect(
    beforeStart({ ...off, destination: { ...off.destination, domain: 'unknown' } }, 'hostA').join(),
  ).toContain('G5');
  expect(beforeStart(off, 'hostB').join()).toContain('G7');
});

test('a file with another size, time or inode has changed', () => {
  const file = diskFile('disk');
  const frozen = [
    { name: 'disk', sizeBytes: file.sizeBytes, mtimeSeconds: file.mtimeSeconds, inode: file.inode },
  ];
  expect(unchangedSince(frozen, [file])).toEqual([]);
  for (const changed of [
    { ...file, sizeBytes: 1 },
    { ...file, mtimeSeconds: 1 },
    { ...file, inode: 99 },
    undefined,
  ]) {
    expect(unchangedSince(frozen, [changed])).toHaveLength(1);
  }
});

test('one that boots from a volume needs no root disk at the destination', () => {
  const empty = {
    ...verify,
    destination: { ...verify.destination, directory: directory('x', { disks: [] }) },
  };
  expect(beforeConfirm(empty, true, 'hostB', false)).toEqual([]);
});

test('disks that are not those of the plan stop it before anything is done', () => {
  const planned = plan({ disks: [diskPlan('disk')] });
  const here = (disks: readonly DiskFile[]) => onHost('hostA', { directory: directory('x', { disks }) });
  expect(asPlanned(planned, here([diskFile('disk')]))).toEqual([]);
  expect(asPlanned(planned, here([diskFile('disk'), diskFile('disk.eph0')])).join()).toContain(
    'disk.eph0 is new',
  );
  expect(asPlanned(planned, here([])).join()).toContain('disk is gone');
  expect(asPlanned(planned, here([diskFile('disk', { chain: [] })])).join()).toContain('another chain');
});

test('both directories are no obstacle to a revert if _resize holds the very files that were stopped (misip)', () => {
  const both = { ...verify, source: { ...verify.source, directory: directory('y') } };
  const { name, sizeBytes, mtimeSeconds, inode } = diskFile('disk');
  expect(beforeRevert(both, [{ name, sizeBytes, mtimeSeconds, inode }])).toEqual([]);
  expect(beforeRevert(both, [{ name, sizeBytes, mtimeSeconds, inode: inode + 1 }]).join()).toContain('G2');
});

test('a revert is refused when the source copy is no longer what it was, although its directory is there (G2)', () => {
  const { name, sizeBytes, mtimeSeconds, inode } = diskFile('disk');
  const frozen = [
    { name, sizeBytes, mtimeSeconds, inode },
    { name: 'disk.info', sizeBytes: 1, mtimeSeconds: 1, inode: 7 },
  ];
  const withDisks = (disks: readonly DiskFile[]) => ({
    ...verify,
    source: { ...verify.source, resizeDirectory: directory(`${INSTANCES}/${SERVER_ID}_resize`, { disks }) },
  });
  expect(beforeRevert(withDisks([diskFile('disk')]), frozen)).toEqual([]);
  for (const disks of [[], [diskFile('disk', { inode: inode + 1 })]])
    expect(beforeRevert(withDisks(disks), frozen).join()).toMatch(
      /^disk in .*_resize is not the file .* \(G2\)/,
    );
});

test('a file of another kind that was planned is no news, a snapshot since then is', () => {
  const planned = plan({
    disks: [diskPlan('disk'), diskPlan('disk.rescue', { role: 'other', chain: [] })],
  });
  const source = (names: readonly string[]) =>
    onHost('hostA', {
      directory: directory(`${INSTANCES}/${SERVER_ID}`, { disks: names.map((name) => diskFile(name)) }),
    });
  expect(asPlanned(planned, source(['disk', 'disk.rescue']))).toEqual([]);
  expect(asPlanned(planned, source(['disk', 'disk.snap1'])).join()).toContain('disk.snap1 is new');
  const here = source(['disk', 'disk.rescue']);
  expect(asPlanned(planned, { ...here, domainFiles: [`${INSTANCES}/${SERVER_ID}/disk`] })).toEqual([]);
  expect(asPlanned(planned, { ...here, domainFiles: ['/backup/disk.snap1'] }).join()).toContain(
    'its domain uses /backup/disk.snap1',
  );
});

const STAGE = `${INSTANCES}/_coldhaul/${SERVER_ID}`;
const ephemeral = `${STAGE}/disk.eph0.flat.part`;

test.each([
  ['a conversion', `77 qemu-img convert -p -t writeback -f qcow2 -O qcow2 /d/disk.eph0 ${ephemeral}`, 0],
  ['a comparison', `77 /usr/bin/qemu-img compare -p -f qcow2 -F qcow2 /d/disk.eph0 ${ephemeral}`, 0],
  ['one told in short', `77 qemu-img convert -p -t wri…${ephemeral.slice(-70)}`, 0],
  ['one of this very disk', `77 qemu-img convert -p -f qcow2 -O qcow2 /d/disk ${STAGE}/disk.flat.part`, 1],
  [
    'one of no disk of the plan',
    `77 qemu-img convert -p -f raw -O qcow2 /d/x ${STAGE}/disk.eph1.flat.part`,
    1,
  ],
  ['one of somebody else', `77 qemu-img convert -f qcow2 -O qcow2 /d/disk.eph0 ${ephemeral}`, 1],
  ['another program', `77 rsync -p ${ephemeral}`, 1],
])('%s beside a swap: %s', (_name, process, refusals) => {
  const stage = directory(STAGE);
  const host = onHost('hostA', { stage, openBy: [process], copyProcesses: [process] });
  expect(nothingHasItOpen(withoutConversionsOf(['disk.eph0'], host))).toHaveLength(refusals);
});
