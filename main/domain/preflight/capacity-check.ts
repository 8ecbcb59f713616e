import type { Flavor, Room } from '../cloud.ts';
import type { PlanEvidence } from './evidence.ts';
import type { Finding } from './finding.ts';

const MIB_PER_GIB = 1024;

/**
 * What Placement would say. Nova accepts the call all the same and finds no valid host seconds later, when the instance
 * is stopped already.
 */
export function checkCapacity({ server, destination, room }: PlanEvidence): Finding {
  const id = 'destination.capacity';
  const { flavor, imageId } = server;
  if (flavor === undefined || room === undefined) {
    const what =
      flavor === undefined ? 'The flavor is not known' : `Placement does not know ${destination.name}`;
    return {
      id,
      verdict: 'note',
      message: `${what}, so whether Nova would find room there is not known before the instance is stopped.`,
    };
  }
  const wants = wanted(flavor, room, imageId !== undefined);
  const short = wants.filter(({ amount, of }) => of.used + amount > of.capacity);
  if (short.length === 0) {
    const all = wants.map(({ amount, unit }) => `${String(amount)} ${unit}`).join(', ');
    return { id, verdict: 'pass', message: `Placement has room on ${destination.name} for ${all}.` };
  }
  const numbers = short.map(
    ({ amount, unit, of }) =>
      `${String(amount)} ${unit} are needed, ${String(Math.max(0, of.capacity - of.used))} of ${String(of.capacity)} are free`,
  );
  return {
    id,
    verdict: 'block',
    message: `Placement has too little room on ${destination.name}: ${numbers.join('; ')}. Nova would find no valid host.`,
    fix: 'Choose another destination, or move something away from it first.',
  };
}

interface Want {
  readonly amount: number;
  readonly unit: string;
  readonly of: Room['vcpus'];
}

/** As Nova asks Placement (nova/scheduler/utils.py): swap in whole GiB, no root disk for one that boots from a volume. */
function wanted(flavor: Flavor, room: Room, rootIsLocal: boolean): readonly Want[] {
  const swapGib = Math.ceil(flavor.swapMib / MIB_PER_GIB);
  const diskGib = (rootIsLocal ? flavor.rootGib : 0) + flavor.ephemeralGib + swapGib;
  const wants = [
    { amount: flavor.vcpus, unit: 'vCPU', of: room.vcpus },
    { amount: flavor.ramMib, unit: 'MiB of RAM', of: room.ramMib },
    { amount: diskGib, unit: 'GiB of disk', of: room.diskGib },
  ];
  // A class that the host does not offer itself, such as disk from a shared pool, is not its to refuse.
  return wants.filter(({ of }) => of.capacity > 0 || of.used > 0);
}
