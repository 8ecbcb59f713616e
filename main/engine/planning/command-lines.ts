import { digestCommand } from '../../domain/digest.ts';
import { showCommand } from '../../domain/naming.ts';
import type { Plan, PlannedCommand } from '../../domain/plan.ts';

/** One command on one host. */
export function on(phase: string, where: string, command: string): PlannedCommand {
  return { phase, where, command };
}

/** One call, as the client of OpenStack would be told to make it. */
export function atCloud(phase: string, ...words: readonly string[]): PlannedCommand {
  return { phase, where: 'cloud', command: showCommand(['openstack', 'server', ...words]) };
}

/** The same file on both sides, read there. */
export function digests(plan: Plan, phase: string, left: string, right: string): readonly PlannedCommand[] {
  return [
    on(phase, plan.source.name, digestCommand(plan.algorithm, left)),
    on(phase, plan.destination.name, digestCommand(plan.algorithm, right)),
  ];
}
