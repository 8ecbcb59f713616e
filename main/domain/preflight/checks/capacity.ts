import type { Flavor, ResourceAmount, Room } from '../../cloud.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';

const MIB_PER_GIB = 1024;

/** What Placement would say. */
export const CAPACITY_CHECKS: readonly MoveCheck[] = [
  {
    id: 'destination.capacity',
    title: 'Room by Placement',
    scope: 'move',
    protectsFrom:
      'Nova accepts the call and finds no valid host seconds later, when the instance is stopped already.',
    sources: ['row 30', 'F16', 'seed 1', 'docs/handbook/nova.md'],
    reads: 'Placement: inventory and usages of the destination, with over-commit; the flavor',
    testedIn: [
      'test/unit/domain/preflight.test.ts',
      'test/integration/preflight-basics.test.ts',
      'test/openstack/scenarios/preflight/of-cloud.ts',
    ],
    judge: (evidence) => ({ evidence: capacityWords(evidence), ...ofCapacity(evidence) }),
  },
];

function capacityWords({ room, server: { flavor } }: MoveEvidence): readonly string[] {
  const of = (what: string, amount: ResourceAmount | undefined): string =>
    amount === undefined
      ? `${what} not offered by the host itself`
      : `${what} ${String(amount.used)} of ${String(amount.capacity)} used`;
  const wants =
    flavor === undefined
      ? []
      : [
          `Flavor: ${String(flavor.vcpus)} vCPU, ${String(flavor.ramMib)} MiB of RAM, ${String(flavor.rootGib)} + ${String(flavor.ephemeralGib)} GiB of disk`,
        ];
  if (room === undefined) return wants;
  return [
    ...wants,
    `Placement, over-commit included: ${of('vCPU', room.vcpus)}, ${of('MiB of RAM', room.ramMib)}, ${of('GiB of disk', room.diskGib)}`,
  ];
}

function ofCapacity({ server, destination, room }: MoveEvidence): Judgement {
  const { flavor, imageId } = server;
  if (flavor === undefined || room === undefined) {
    const what =
      flavor === undefined ? 'The flavor is not known' : `Placement does not know ${destination.name}`;
    return {
      verdict: 'note',
      message: `${what}, so whether Nova would find room there is not known before the instance is stopped.`,
    };
  }
  const wants = wanted(flavor, room, imageId !== undefined);
  const short = wants.filter(({ amount, of }) => of.used + amount > of.capacity);
  if (short.length === 0) {
    const all = wants.map(({ amount, unit }) => `${String(amount)} ${unit}`).join(', ');
    return { verdict: 'pass', message: `Placement has room on ${destination.name} for ${all}.` };
  }
  const numbers = short.map(
    ({ amount, unit, of }) =>
      `${String(amount)} ${unit} are needed, ${String(Math.max(0, of.capacity - of.used))} of ${String(of.capacity)} are free`,
  );
  return {
    verdict: 'block',
    message: `Placement has too little room on ${destination.name}: ${numbers.join('; ')}. Nova would find no valid host.`,
    fix: 'Choose another destination, or move something away from it first.',
  };
}

interface Want {
  readonly amount: number;
  readonly unit: string;
  readonly of: ResourceAmount;
}

/** As Nova asks Placement (nova/scheduler/utils.py): swap in whole GiB, no root disk for one that boots from a volume. */
function wanted(flavor: Flavor, room: Room, rootIsLocal: boolean): readonly Want[] {
  const swapGib = Math.ceil(flavor.swapMib / MIB_PER_GIB);
  const diskGib = (rootIsLocal ? flavor.rootGib : 0) + flavor.ephemeralGib + swapGib;
  const wants: readonly (Omit<Want, 'of'> & { readonly of: ResourceAmount | undefined })[] = [
    { amount: flavor.vcpus, unit: 'vCPU', of: room.vcpus },
    { amount: flavor.ramMib, unit: 'MiB of RAM', of: room.ramMib },
    { amount: diskGib, unit: 'GiB of disk', of: room.diskGib },
  ];
  // A class that the host does not offer itself, such as disk from a shared pool, is not its to refuse.
  return wants.flatMap(({ of, ...want }) => (of === undefined ? [] : [{ ...want, of }]));
}
