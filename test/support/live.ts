import type { LabHost } from '../lab/types.ts';
import { must } from './instance-files.ts';
import { layerOf } from './layers.ts';

/** What the guest wrote after a live freeze, once it is a layer of its own. */
export function liveOf(serverId: string, disk: string): string {
  return layerOf(serverId, disk).replace('/layer.', '/live.');
}

/** A MiB of one byte, as the guest does it: through the server of its disk, numbered from 0. */
export async function guestWrites(
  host: LabHost,
  serverId: string,
  pattern: number,
  at: string,
  disk = 0,
): Promise<void> {
  const address = `nbd+unix:///?socket=/run/guests/${serverId}-${String(disk)}.sock`;
  const write = `write -P ${String(pattern)} ${at} 1M`;
  await must(host, 'qemu-io', '-f', 'raw', '-c', write, '-c', 'flush', address);
}

/** Fails unless the file, through its chain, holds a MiB of that byte there. */
export async function holds(host: LabHost, path: string, pattern: number, at: string): Promise<void> {
  const read = `read -P ${String(pattern)} ${at} 1M`;
  await must(host, 'qemu-io', '-U', '-r', '-f', 'qcow2', '-c', read, path);
}
