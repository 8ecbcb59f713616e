import { formatBytes } from '../../units.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look, quoted } from '../words.ts';
import { withClose } from './close.ts';

const TESTED_IN = [
  'test/unit/domain/preflight/disk-domain.test.ts',
  'test/integration/preflight-disks.test.ts',
] as const;

/** What libvirt says, which is the last word on whether a guest runs. */
export const DOMAIN_CHECKS: readonly MoveCheck[] = [
  {
    id: 'hosts.domains',
    title: 'Domains',
    scope: 'move',
    protectsFrom: 'The instance runs on two hosts at once, or is taken for off while it runs.',
    sources: ['G5', 'F37'],
    reads: 'virsh domstate on both hosts',
    testedIn: [
      'test/unit/domain/preflight.test.ts',
      'test/integration/preflight-basics.test.ts',
      'test/openstack/scenarios/preflight/of-disks.ts',
    ],
    judge: (evidence) => ({
      evidence: [
        ...[evidence.source, evidence.destination].map(
          ({ name, instance }) => `Domain on ${name}: ${instance.domain}`,
        ),
        look('both hosts', ['virsh', 'list', '--all', '--uuid', '--name']),
      ],
      ...ofDomains(evidence),
    }),
  },
  {
    id: 'source.tpm',
    title: 'State of the TPM',
    scope: 'move',
    protectsFrom: 'Without the state of its TPM, a guest that encrypts by it cannot read its own disks.',
    sources: ['row 36', 'nova/virt/libvirt/utils.py:728-773'],
    reads: 'The domain’s XML on the source: <tpm>; /var/lib/libvirt/swtpm',
    testedIn: TESTED_IN,
    judge: (evidence) => ({
      evidence: [look(evidence.source.name, ['ls', '-la', `/var/lib/libvirt/swtpm/${evidence.server.id}`])],
      ...ofTpm(evidence),
    }),
  },
  {
    id: 'source.config-drive',
    title: 'Config drive',
    scope: 'move',
    protectsFrom: 'The guest waits at boot for a config drive that is not there or that it cannot read.',
    sources: ['row 37', 'nova/virt/libvirt/driver.py:5625-5626'],
    reads: 'Whether the server has one; the first sectors of disk.config on the source',
    testedIn: TESTED_IN,
    judge: (evidence) => ({
      evidence: [
        look(evidence.source.name, [
          'file',
          '-s',
          `${evidence.source.instance.directory?.path ?? evidence.source.facts.nova.instancesPath}/disk.config`,
        ]),
      ],
      ...ofConfigDrive(evidence),
    }),
  },
];

/** Nova copies the directory itself (save_and_migrate_vtpm_dir), also on our route; `server.tpm` tells of the secret. */
function ofTpm({ source }: MoveEvidence): Judgement {
  return withClose(source, ({ hasTpm, tpmPath }) => {
    if (!hasTpm && tpmPath === undefined) return { verdict: 'pass', message: 'It has no TPM.' };
    if (tpmPath === undefined) {
      return {
        verdict: 'warn',
        message: `It has a TPM, and its state was not found on ${source.name}; without it a guest that encrypts by its TPM cannot read its own disks at the destination.`,
        fix: `Look for it, on ${source.name}: virsh dumpxml, its <tpm>; and ls /var/lib/libvirt/swtpm`,
      };
    }
    return {
      verdict: 'note',
      message: `The state of its TPM lies in ${tpmPath} on ${source.name}, outside its disks. Nova copies it in the migration, and nobody compares it: save it before a confirm.`,
      fix: `On ${source.name}, with the instance off: cp -a ${quoted(tpmPath)} DIRECTORY`,
    };
  });
}

const KINDS = { iso9660: 'a CD (iso9660)', vfat: 'a disk (vfat)' } as const;

function ofConfigDrive({ source, server }: MoveEvidence): Judgement {
  return withClose(source, ({ configDrive }) => {
    const file = source.instance.directory?.disks.find((disk) => disk.role === 'config');
    if (file === undefined) {
      if (!server.configDrive) return { verdict: 'pass', message: 'It has no config drive.' };
      return {
        verdict: 'warn',
        message: `Nova says that it has a config drive, and ${source.name} holds no disk.config; Nova makes a new one at the destination, with the metadata of now.`,
        fix: `Look for it, on ${source.name}: virsh domblklist ${server.id}`,
      };
    }
    if (configDrive === 'iso9660' || configDrive === 'vfat') {
      return {
        verdict: 'pass',
        message: `Its config drive is ${KINDS[configDrive]} of ${formatBytes(file.sizeBytes)}, and travels as it is.`,
      };
    }
    return {
      verdict: 'note',
      message: `${file.path} is neither iso9660 nor vfat; it travels as it is, and its guest may not read it here either.`,
      fix: `On ${source.name}: file -s ${quoted(file.path)}`,
    };
  });
}

function ofDomains({ server, source, destination }: MoveEvidence): Judgement {
  const there = destination.instance.domain;
  if (there !== 'absent' && there !== 'unknown') {
    return {
      verdict: 'block',
      message: `${destination.name} already has a domain of this instance (${there}).`,
      fix: `On ${destination.name}: virsh dominfo ${server.id}, then find out which of the two is the right one.`,
    };
  }
  const silent = [source, destination].filter(({ instance }) => instance.domain === 'unknown');
  if (silent.length > 0) {
    const names = silent.map(({ name }) => name).join(' and ');
    return {
      verdict: 'block',
      message: `libvirt on ${names} does not say whether the instance runs there; without its word nothing may be started or handed over.`,
      fix: `Make virsh available to the login on ${names}: as root, virsh list --all must answer there.`,
    };
  }
  return {
    verdict: 'pass',
    message: `The domain is on ${source.name} (${source.instance.domain}) and nowhere else that we look.`,
  };
}
