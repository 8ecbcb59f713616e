import type { HostTraits } from '../../host-traits.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look } from '../words.ts';
import { withTraits } from './traits.ts';

/** The virtual hardware that the guest has now. */
export const MACHINE_TYPE_CHECKS: readonly MoveCheck[] = [
  {
    id: 'destination.machine-type',
    title: 'Machine type',
    scope: 'move',
    protectsFrom: 'A QEMU that does not know the machine type does not start the guest.',
    sources: ['row 27', 'F31', 'seed 3'],
    reads: 'The domain’s XML on the source; virsh capabilities of the destination',
    testedIn: [
      'test/unit/domain/preflight/host-machine-type.test.ts',
      'test/integration/preflight-hosts.test.ts',
    ],
    judge: (evidence) => ({
      evidence: [
        `Machine type of the domain: ${evidence.source.instance.close?.machineType ?? 'not read'}`,
        look(evidence.destination.name, ['virsh', 'capabilities']),
      ],
      ...withTraits(evidence.destination, (traits) => ofMachineType(evidence, traits)),
    }),
  },
];

/** Nova writes the domain anew and may name the type only as `pc` or `q35`, which each QEMU takes for its own newest. */
function ofMachineType({ source, destination }: MoveEvidence, { libvirt }: HostTraits): Judgement {
  const type = source.instance.close?.machineType;
  const known = libvirt?.machineTypes ?? [];
  if (known.length === 0) {
    return {
      verdict: 'note',
      message: `libvirt on ${destination.name} does not tell which machine types it knows.`,
      fix: `On ${destination.name}: virsh capabilities`,
    };
  }
  if (type === undefined) {
    return {
      verdict: 'note',
      message: `The machine type of the instance could not be read on ${source.name}: it has no domain, or virsh did not answer.`,
    };
  }
  if (known.includes(type))
    return { verdict: 'pass', message: `${destination.name} knows the machine type ${type}.` };
  return {
    verdict: 'warn',
    message: `${destination.name} does not know the machine type ${type} that the guest has on ${source.name}: it starts there only if Nova names another, and then with other virtual hardware.`,
    fix: 'Choose a destination with the same QEMU, or set hw_machine_type of the image to one that both know.',
  };
}
