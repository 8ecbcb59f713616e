import { expect, test } from 'vitest';
import type { InstanceOnHost } from '../../../main/domain/host.ts';
import type { Migration } from '../../../main/domain/migration.ts';
import { restore } from '../../../main/engine/steps/restore.ts';
import { directory, diskFile, diskPlan, migration, onHost, plan, server } from '../../support/samples.ts';
import { stepBench } from '../../support/step-bench.ts';

/** What is said of the two copies when Nova ends in ERROR at the destination. */

const file = diskFile('disk');
const failed: Migration = {
  ...migration([{ type: 'locked' }, { type: 'stop-begun' }], plan({ disks: [diskPlan('disk')], bases: [] })),
  phase: 'restoring',
  frozen: [{ name: 'disk', sizeBytes: file.sizeBytes, mtimeSeconds: file.mtimeSeconds, inode: file.inode }],
  verified: { disk: { algorithm: 'b2sum', source: 'd', destination: 'd', seconds: 1 } },
  handOverBegun: { atMs: 2000, lastRecordId: undefined },
  failure: { code: 'migration.failed', message: 'ERROR', hint: undefined, requestId: undefined },
};
const copy = directory('there', { disks: [diskFile('disk', { inode: 99 })] });
const touched = directory('there', {
  disks: [diskFile('disk', { inode: 99, mtimeSeconds: file.mtimeSeconds + 60 })],
});

async function ended(there: Partial<InstanceOnHost>, kept = true) {
  const at = stepBench(failed, {
    server: server({ status: 'ERROR', vmState: 'error', host: 'hostB' }),
    hosts: {
      hostA: () => onHost('hostA', kept ? { resizeDirectory: directory('kept') } : {}),
      hostB: () => onHost('hostB', there),
    },
  });
  return restore(at.context);
}

test('a copy that nobody has used since it was proven is called equal', async () => {
  expect(await ended({ directory: copy, domain: 'shut off' })).toMatchObject({
    goodCopy: 'source and destination',
    said: expect.stringContaining('an equal copy is on hostB') as string,
  });
});

test.each<[string, Partial<InstanceOnHost>]>([
  ['it runs there', { directory: copy, domain: 'running' }],
  ['it ran there and wrote', { directory: touched, domain: 'shut off' }],
  ['it ran there, and libvirt is silent by now', { directory: touched, domain: 'unknown' }],
])('a copy that the guest has used is called newer: %s', async (_what, there) => {
  const fact = await ended(there);
  expect(fact).toMatchObject({
    goodCopy: 'destination',
    said: expect.stringMatching(/whole in kept on hostA.*the guest ran on hostB.*newer/) as string,
  });
  expect(fact).not.toMatchObject({ said: expect.stringContaining('equal copy') as string });
});

test.each<[string, Partial<InstanceOnHost>]>([
  ['libvirt does not tell whether it runs', { directory: copy, domain: 'unknown' }],
  [
    'the file is not whole',
    { directory: directory('there', { disks: [diskFile('disk', { sizeBytes: 1 })] }), domain: 'absent' },
  ],
  ['the file is gone', { directory: directory('there', { disks: [] }), domain: 'absent' }],
])('nothing is claimed of a copy when %s', async (_what, there) => {
  const fact = await ended(there);
  expect(fact).toMatchObject({ goodCopy: 'source' });
  expect(fact).not.toMatchObject({ said: expect.stringContaining('on hostB, ') as string });
  expect(fact).not.toMatchObject({ said: expect.stringContaining('equal copy') as string });
});

test('without the source disks, the newer copy is the good one', async () => {
  expect(await ended({ directory: touched, domain: 'shut off' }, false)).toMatchObject({
    goodCopy: 'destination',
    said: expect.stringContaining('its disks there are newer') as string,
  });
});
