import { formatBytes } from '../../units.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look } from '../words.ts';
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
    testedIn: ['test/unit/domain/preflight.test.ts', 'test/integration/refusals-instance.test.ts'],
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
    id: 'hosts.machine-type',
    title: 'Machine type',
    scope: 'move',
    protectsFrom:
      'QEMU at the destination does not know the machine that the guest was installed on, and does not start it.',
    sources: ['row 27', 'F31', 'seed 0'],
    reads: 'The domain’s XML on the source; virsh capabilities of the destination',
    testedIn: TESTED_IN,
    judge: (evidence) => ({
      evidence: [
        `Machine type: ${evidence.source.instance.close?.machineType ?? 'not read'}`,
        look(evidence.destination.name, ['virsh', 'capabilities']),
      ],
      ...ofMachineType(evidence),
    }),
  },
  {
    id: 'source.tpm',
    title: 'TPM of the instance',
    scope: 'move',
    protectsFrom:
      'Without the state and the secret of its TPM, a guest that encrypts by it cannot read its own disks.',
    sources: ['row 36', 'nova/virt/libvirt/utils.py:728-773', 'nova admin guide, Emulated TPM'],
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

function ofMachineType({ source, destination, server }: MoveEvidence): Judgement {
  return withClose(source, ({ machineType }) => {
    if (machineType === undefined) {
      return {
        verdict: 'note',
        message: `libvirt on ${source.name} did not say which machine type the guest has.`,
      };
    }
    const libvirt = destination.facts.traits?.libvirt;
    if (libvirt === undefined || libvirt.machineTypes.length === 0) {
      return {
        verdict: 'note',
        message: `Its machine type is ${machineType}; libvirt on ${destination.name} did not say whether it knows that.`,
        fix: `On ${destination.name}: virsh capabilities | grep ${machineType}`,
      };
    }
    if (libvirt.machineTypes.includes(machineType)) {
      return { verdict: 'pass', message: `${destination.name} knows its machine type, ${machineType}.` };
    }
    const family = familyOf(machineType);
    const words = `QEMU on ${destination.name} does not know the machine type ${machineType}`;
    if (family !== undefined && libvirt.machineTypes.includes(family)) {
      // libvirt writes the version that an alias meant here; Nova asks for the alias again unless somebody named a version.
      return {
        verdict: 'note',
        message: `${words}, but its family, ${family}: the guest finds the board of another version, unless its image names this one, and then it is not started.`,
        fix: `Look whether the image names one: openstack image show ${server.imageId ?? 'IMAGE'} -c properties (hw_machine_type).`,
      };
    }
    return {
      verdict: 'warn',
      message: `${words}, nor another of its family; the guest would not be started, or with another board.`,
      fix: `Choose a destination that has it: virsh capabilities | grep ${machineType}`,
    };
  });
}

/** The alias that QEMU gives the newest of a family: `pc-q35-7.2` is of `q35`, `pc-i440fx-7.2` of `pc`. */
function familyOf(machineType: string): string | undefined {
  const [, board] = /^(?:pc-)?(?<board>q35|i440fx|virt|pseries|s390-ccw-virtio)-/.exec(machineType) ?? [];
  return board === 'i440fx' ? 'pc' : board;
}

/** Nova copies the directory itself (save_and_migrate_vtpm_dir), also on our route; the secret is the owner's. */
function ofTpm({ source }: MoveEvidence): Judgement {
  return withClose(source, ({ hasTpm, tpmPath }) => {
    if (!hasTpm && tpmPath === undefined) return { verdict: 'pass', message: 'It has no TPM.' };
    const lies = tpmPath === undefined ? 'was not found' : `lies in ${tpmPath}`;
    return {
      verdict: 'warn',
      message: `It has a TPM, whose state on ${source.name} ${lies}. Nova copies that itself, but the secret that opens it is its owner’s: with another login the start at the destination may be refused.`,
      fix: 'Let the owner of the instance migrate or start it, or give this login access to the secret in Barbican (nova admin guide, Emulated TPM).',
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
      fix: `On ${source.name}: file -s ${file.path}`,
    };
  });
}

function ofDomains({ source, destination }: MoveEvidence): Judgement {
  const there = destination.instance.domain;
  if (there !== 'absent' && there !== 'unknown') {
    return {
      verdict: 'block',
      message: `${destination.name} already has a domain of this instance (${there}).`,
      fix: `On ${destination.name}: virsh dominfo, then find out which of the two is the right one.`,
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
