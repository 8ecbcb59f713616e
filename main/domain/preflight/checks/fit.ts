import { formatBytes } from '../../units.ts';
import { fileName } from '../../naming.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look } from '../words.ts';

const BYTES_PER_GIB = 1024 ** 3;

/** Whether it goes where, and as large as, its record says. */
export const FIT_CHECKS: readonly MoveCheck[] = [
  {
    id: 'server.zone',
    title: 'Availability zone',
    scope: 'move',
    protectsFrom:
      'Nova finds no valid host outside the zone that the owner asked for, when the instance is stopped already.',
    sources: ['row 32', 'F28', 'compute API 2.96'],
    reads: 'The server record: pinned_availability_zone and its zone; the compute services’ zones',
    testedIn: [
      'test/unit/domain/preflight/cloud-fit.test.ts',
      'test/integration/preflight-cloud.test.ts',
      'test/openstack/scenarios/preflight/of-cloud.ts',
    ],
    judge: (evidence) => ({
      evidence: [
        `The instance is in ${evidence.server.availabilityZone ?? 'a zone that is not told'}; ${evidence.destination.name} is in ${evidence.surroundings.destinationZone ?? 'one that is not told'}`,
        look('the workstation', ['openstack', 'availability', 'zone', 'list', '--compute', '--long']),
      ],
      ...ofZone(evidence),
    }),
  },
  {
    id: 'server.flavor',
    title: 'Disk against flavor',
    scope: 'move',
    protectsFrom:
      'Nova refuses a base that is larger than the flavor’s disk when it has to fetch it, after the copy.',
    sources: [
      'row 33',
      'nova/virt/libvirt/driver.py:12744-12752',
      'nova/virt/libvirt/imagebackend.py verify_base_size',
    ],
    reads: 'The flavor’s root disk; qemu-img info of the root disk and its base',
    testedIn: [
      'test/unit/domain/preflight/cloud-fit.test.ts',
      'test/integration/preflight-cloud.test.ts',
      'test/openstack/scenarios/preflight/of-domain.ts',
    ],
    judge: (evidence) => ({ evidence: sizeWords(evidence), ...ofSize(evidence) }),
  },
];

function ofZone({ server, surroundings: { destinationZone: there }, destination }: MoveEvidence): Judgement {
  const { zonePin, availabilityZone: here } = server;
  if (zonePin !== undefined) {
    const { zone } = zonePin;
    if (zone === undefined) return { verdict: 'pass', message: 'Its owner asked for no availability zone.' };
    if (zone === there)
      return {
        verdict: 'pass',
        message: `${destination.name} is in ${zone}, the zone that its owner asked for.`,
      };
    return {
      verdict: 'block',
      message: `Its owner asked for the availability zone ${zone}, and ${destination.name} is in ${there ?? 'none that is told'}; Nova would find no valid host.`,
      fix: `Choose a destination in ${zone}.`,
    };
  }
  if (here !== undefined && here !== '' && here === there)
    return { verdict: 'pass', message: `Both hosts are in the availability zone ${here}.` };
  return {
    verdict: 'note',
    message: `The instance is in the availability zone ${here === undefined || here === '' ? 'that is not told' : here}, ${destination.name} in ${there ?? 'one that is not told'}; below compute API 2.96 Nova does not tell whether its owner asked for a zone, and would then find no valid host.`,
    fix: 'Choose a destination in the same zone, or ask the owner.',
  };
}

function sizes({ source, server }: MoveEvidence) {
  const root = source.instance.directory?.disks.find(({ role }) => role === 'root');
  const base = root?.chain.length === 0 ? undefined : root?.chain.at(-1);
  const flavorBytes = (server.flavor?.rootGib ?? 0) * BYTES_PER_GIB;
  return { root, diskBytes: root?.chain[0]?.virtualBytes, base, flavorBytes };
}

function sizeWords(evidence: MoveEvidence): readonly string[] {
  const { root, diskBytes, base } = sizes(evidence);
  return [
    `Flavor: ${String(evidence.server.flavor?.rootGib ?? 'not known')} GiB of root disk`,
    ...(diskBytes === undefined || base === undefined
      ? []
      : [
          `${root?.path ?? ''}: ${formatBytes(diskBytes)} for the guest; ${base.path}: ${formatBytes(base.virtualBytes)}`,
        ]),
  ];
}

/**
 * With the same flavor before and after, Nova compares no sizes itself (driver.py:12744-12752 compares flavors); only a
 * base that it has to fetch is measured against the flavor. 0 GiB is no limit.
 */
function ofSize(evidence: MoveEvidence): Judgement {
  const { server, source, imageBaseAtDestination, imageBaseName, bases } = evidence;
  const { diskBytes, base, flavorBytes } = sizes(evidence);
  if (server.imageId === undefined)
    return { verdict: 'pass', message: 'It boots from a volume, so the flavor’s root disk does not count.' };
  if (server.flavor === undefined || diskBytes === undefined || base === undefined) {
    const what = server.flavor === undefined ? 'Its flavor' : `The size of its root disk on ${source.name}`;
    return { verdict: 'note', message: `${what} is not known, so the two cannot be compared.` };
  }
  const gib = `${String(server.flavor.rootGib)} GiB`;
  if (server.flavor.rootGib === 0 || diskBytes <= flavorBytes)
    return {
      verdict: 'pass',
      message: `Its root disk of ${formatBytes(diskBytes)} is within its flavor (${server.flavor.rootGib === 0 ? 'no limit' : gib}).`,
    };
  const isFetched = !imageBaseAtDestination && !bases.some(({ path }) => fileName(path) === imageBaseName);
  if (base.virtualBytes > flavorBytes && isFetched) {
    return {
      verdict: 'block',
      message: `The base of its root disk holds ${formatBytes(base.virtualBytes)} and its flavor ${gib}; Nova would have to fetch that base at the destination, and refuses it there, after the copy.`,
      fix: `Copy _base/${imageBaseName ?? 'sha1 of the image’s id'} to the destination first, with owner and mode: what is there already is not measured.`,
    };
  }
  return {
    verdict: 'note',
    message: `Its root disk holds ${formatBytes(diskBytes)}, more than the ${gib} of its flavor; Nova moves it as it is, and Placement counts too little for it.`,
  };
}
