import { INSTANCES_PATH, type LabHost } from '../lab/types.ts';
import { must } from './instance-files.ts';

/** Where the frozen layer of a disk lies, on either host. */
export function layerOf(serverId: string, disk: string): string {
  return `${INSTANCES_PATH}/_coldhaul/${serverId}/layer.${disk}`;
}

/** Names in the stage of an instance; none if there is no stage. */
export async function stageFiles(host: LabHost, serverId: string): Promise<readonly string[]> {
  const script = 'cd "$1/_coldhaul/$2" 2>/dev/null && ls -A || :';
  return lines(await must(host, 'sh', '-c', script, 'test', INSTANCES_PATH, serverId));
}

/** Layers of an instance that were set aside, absolute. */
export async function keptLayers(host: LabHost, serverId: string): Promise<readonly string[]> {
  const script = 'find "$1/_coldhaul" -path "*/$2.kept-*/layer.*" 2>/dev/null | sort; :';
  return lines(await must(host, 'sh', '-c', script, 'test', INSTANCES_PATH, serverId));
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
