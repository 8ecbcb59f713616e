import { layerName, stageDirectory } from '../../domain/naming.ts';
import type { Plan } from '../../domain/plan.ts';

/** Path of the frozen layer of a disk: the same on both hosts, for the overlay names it. */
export function layerPath({ source, server }: Plan, disk: string): string {
  return `${stageDirectory(source.instancesPath, server.id)}/${layerName(disk)}`;
}
