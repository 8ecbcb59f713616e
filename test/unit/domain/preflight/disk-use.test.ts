import { expect, test } from 'vitest';
import { judged, sourceWith, unread } from '../../../support/judged.ts';
import { good } from '../../../support/plan-evidence.ts';

const guest = { program: 'qemu-system-x86_64', command: '71 /usr/bin/qemu-system-x86_64 -name guest' };
const mount = { program: 'qemu-nbd', command: '72 qemu-nbd -c /dev/nbd0 /i/u/disk' };
const off = { domain: 'shut off' } as const;

test('the guest itself has its disks open while it runs', () => {
  expect(judged('disks.in-use', sourceWith({}, { diskOpeners: [guest] }))).toMatchObject({
    verdict: 'pass',
    message: 'Nothing but the guest itself has its disks open.',
  });
  expect(
    judged('disks.in-use', sourceWith({ copyProcesses: [guest.command] }, { diskOpeners: [guest] })),
  ).toMatchObject({ verdict: 'pass' });
  expect(judged('disks.in-use', sourceWith(off)).verdict).toBe('pass');
});

test.each([
  ['another program', sourceWith({}, { diskOpeners: [guest, mount] }), /in use by: 72 qemu-nbd/],
  ['a QEMU though libvirt says off', sourceWith(off, { diskOpeners: [guest] }), /in use by: 71 /],
  ['a copy', sourceWith({ copyProcesses: ['73 rsync /i/u/disk'] }), /in use by: 73 rsync/],
])('%s is in the way', (_who, evidence, says) => {
  expect(judged('disks.in-use', evidence)).toMatchObject({
    verdict: 'block',
    message: expect.stringMatching(says) as string,
  });
});

test('what libvirt does with a disk, and with the whole domain', () => {
  expect(judged('disks.jobs', good).verdict).toBe('pass');
  expect(judged('disks.jobs', sourceWith(off)).verdict).toBe('pass');
  const copying = sourceWith({}, { jobs: [{ target: 'vda', kind: 'Block Copy' }] });
  expect(judged('disks.jobs', copying)).toMatchObject({
    verdict: 'block',
    message: expect.stringContaining('Block Copy of vda') as string,
    fix: expect.stringContaining('virsh blockjob') as string,
  });
  const moving = sourceWith({}, { jobs: [{ target: undefined, kind: 'Unbounded' }] });
  expect(judged('disks.jobs', moving).fix).toContain('domjobinfo');
});

test('what was not read is no pass', () => {
  for (const id of ['disks.in-use', 'disks.jobs']) expect(judged(id, unread(good)).verdict).toBe('note');
  expect(judged('disks.jobs', sourceWith({}, { jobsKnown: false })).verdict).toBe('note');
});
