import { expect, test } from 'vitest';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import { factsOf, said, traitsOf } from '../../../support/host-evidence.ts';
import { hostFacts, hostTraits } from '../../../support/samples.ts';

function tools(more: ReturnType<typeof hostFacts>['tools']): MoveEvidence {
  return factsOf('source', { tools: { ...hostFacts().tools, ...more } });
}

test.each<[string, MoveEvidence, string, RegExp]>([
  ['new enough', tools({}), 'pass', /new enough for every way/],
  [
    'rsync of CentOS 7',
    tools({ rsync: 'rsync  version 3.1.2  protocol version 31' }),
    'note',
    /rsync 3\.1\.2 cannot go on/,
  ],
  [
    'rsync before 3',
    tools({ rsync: 'rsync  version 2.6.9  protocol version 29' }),
    'block',
    /2\.6\.9 cannot quote/,
  ],
  [
    'qemu-img of CentOS 6',
    tools({ 'qemu-img': 'qemu-img version 0.12.1, Copyright' }),
    'note',
    /cannot compare images/,
  ],
  [
    'OpenSSH of CentOS 6',
    tools({ ssh: 'OpenSSH_5.3p1, OpenSSL 1.0.1e-fips' }),
    'note',
    /ssh 5\.3 has no AES-GCM/,
  ],
  [
    'a version in other words',
    tools({ rsync: 'rsync from git' }),
    'note',
    /How old rsync on hostA is could not be read/,
  ],
  ['OpenSSH 10', tools({ ssh: 'OpenSSH_10.0p2' }), 'pass', /new enough/],
])('tools: %s', (_what, evidence, verdict, says) => {
  expect(said('source.versions', evidence)).toEqual([verdict, expect.stringMatching(says)]);
});

const libvirt = hostTraits().libvirt;
const qemu = (version: string, qemuVersion: string | undefined): MoveEvidence => {
  if (libvirt === undefined) throw new TypeError('the sample host has a libvirt');
  return traitsOf('destination', { libvirt: { ...libvirt, version, qemuVersion } });
};
const nova = (version: string): MoveEvidence =>
  traitsOf('destination', { packages: new Map([['openstack-nova-compute', version]]) });

test.each<[string, MoveEvidence, string, RegExp]>([
  [
    'the same',
    qemu('9.0.0', '7.2.0'),
    'pass',
    /hostB is not older than hostA: libvirt 9\.0\.0, QEMU 7\.2\.0/,
  ],
  ['a newer one', qemu('10.0.0', '10.1.0'), 'pass', /not older/],
  ['another patch of the same', qemu('9.0.0', '7.2.99'), 'pass', /not older/],
  ['an older QEMU', qemu('9.0.0', '6.2.0'), 'warn', /older than hostA: QEMU 6\.2\.0 after 7\.2\.0/],
  ['both older', qemu('8.0.0', '6.2.0'), 'warn', /libvirt 8\.0\.0 after 9\.0\.0, QEMU 6\.2\.0 after 7\.2\.0/],
  ['no word of QEMU', qemu('9.0.0', undefined), 'note', /libvirt on hostB did not tell its version/],
  ['no word of libvirt', traitsOf('source', { libvirt: undefined }), 'note', /libvirt on hostA did not tell/],
  ['the next Nova', nova('27.1.0-1.el9'), 'note', /26 on hostA and 27 on hostB/],
  ['an older Nova', nova('25.2.0-1.el9'), 'warn', /26 on hostA and 25 on hostB/],
  ['a Nova of two releases later', nova('3:28.0.1-0ubuntu1'), 'warn', /26 on hostA and 28 on hostB/],
  ['a Nova without a package', traitsOf('source', { packages: new Map() }), 'pass', /not older/],
])('both hosts: %s', (_what, evidence, verdict, says) => {
  expect(said('hosts.versions', evidence)).toEqual([verdict, expect.stringMatching(says)]);
});
