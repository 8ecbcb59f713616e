import type { HostTraits } from '../../host-traits.ts';
import type { HostCheck, HostRole, MoveCheck } from '../check.ts';
import type { HostEvidence, MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look, ofNova } from '../words.ts';
import { withTraits } from './traits.ts';

/** Whether a guest can start on a host at all. */
export const BOOT_CHECKS: readonly (HostCheck | MoveCheck)[] = [
  {
    id: 'kvm',
    title: 'KVM',
    scope: 'host',
    sides: ['source', 'destination'],
    protectsFrom: 'Without /dev/kvm no guest of that host starts, and the move ends in ERROR after the copy.',
    sources: ['row 27', 'F31', 'nova/conf/libvirt.py (virt_type)'],
    reads: '/dev/kvm; nova.conf: [libvirt] virt_type',
    testedIn: ['test/unit/domain/preflight/host-boot.test.ts', 'test/integration/preflight-hosts.test.ts'],
    judge: (host, role) => ({
      evidence: [
        ofNova(host, `virt_type ${host.facts.traits?.nova.virtType ?? 'not read'}`),
        look(host.name, ['ls', '-l', '/dev/kvm']),
      ],
      ...withTraits(host, (traits) => ofKvm(host, role, traits)),
    }),
  },
  {
    id: 'destination.uefi',
    title: 'UEFI firmware',
    scope: 'move',
    protectsFrom: 'A guest that boots by UEFI does not start where its firmware is not installed.',
    sources: ['row 35', 'F32', 'nova/virt/libvirt/host.py (_get_loaders)'],
    reads: 'The domain’s firmware; descriptors and files of UEFI firmware on the destination',
    testedIn: ['test/unit/domain/preflight/host-boot.test.ts', 'test/integration/preflight-hosts.test.ts'],
    judge: (evidence) => ({
      evidence: [
        `Firmware of the instance: ${evidence.source.instance.firmware ?? 'not read'}`,
        `On ${evidence.destination.name}: ${evidence.destination.facts.traits?.uefiFiles.join(', ') ?? 'not read'}`,
        look(evidence.destination.name, ['ls', '/usr/share/qemu/firmware']),
      ],
      ...withTraits(evidence.destination, (traits) => ofUefi(evidence, traits)),
    }),
  },
];

function ofKvm({ name, facts }: HostEvidence, role: HostRole, { hasKvm, nova }: HostTraits): Judgement {
  if (nova.virtType !== 'kvm')
    return { verdict: 'pass', message: `Nova on ${name} does not use KVM (virt_type ${nova.virtType}).` };
  if (hasKvm) return { verdict: 'pass', message: `${name} has /dev/kvm.` };
  const isSure = facts.nova.files.length > 0;
  return {
    verdict: role === 'source' ? 'note' : isSure ? 'block' : 'warn',
    message: `${name} has no /dev/kvm, and Nova there is set to use it${isSure ? '' : ' by default; no nova.conf was found'}: no guest would start.`,
    fix: `On ${name}: modprobe kvm_intel || modprobe kvm_amd; look whether virtualisation is on in its firmware.`,
  };
}

function ofUefi({ source, destination }: MoveEvidence, { uefiFiles }: HostTraits): Judgement {
  const firmware = source.instance.firmware ?? 'unknown';
  if (firmware === 'bios') return { verdict: 'pass', message: 'The instance does not boot by UEFI.' };
  if (uefiFiles.length > 0)
    return {
      verdict: 'pass',
      message: `${destination.name} has UEFI firmware, should the instance need it.`,
    };
  if (firmware === 'unknown') {
    return {
      verdict: 'note',
      message: `Whether the instance boots by UEFI could not be read, and ${destination.name} has no firmware for it.`,
    };
  }
  return {
    verdict: 'block',
    message: `The instance boots by UEFI, and ${destination.name} has no firmware for it: it could not start there.`,
    fix: `On ${destination.name}: apt-get install ovmf, or edk2-ovmf from its own distribution.`,
  };
}
