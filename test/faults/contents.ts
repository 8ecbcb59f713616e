import { INSTANCES_PATH, type LabHost } from '../lab/types.ts';
import { GUEST_LAYOUT } from '../lab/hosts/guest-layout.ts';

const SECTOR_BYTES = 512;
/** Where a guest of a live freeze writes while its disks are copied, on its root disk: a MiB of this byte. */
export const WRITTEN_MEANWHILE = { at: '56M', mib: 56, byte: 91 } as const;

/**
 * What a guest reads of a disk with everything below it, but for the sector in which it counts its boots, and for the MiB that it
 * may write meanwhile. A strong digest
 * of the first 64 MiB, where all of the data is, and the size. The rest is zero, which is found without reading the holes;
 * should it be anything else, a checksum of it shows.
 */
const DIGEST = `
t=$(mktemp) && qemu-img convert -U -O raw "$1" "$t" &&
dd if=/dev/zero of="$t" bs=512 seek="$2" count=1 conv=notrunc status=none &&
dd if=/dev/zero of="$t" bs=1M seek=${WRITTEN_MEANWHILE.mib.toString()} count=1 conv=notrunc status=none &&
head -c 67108864 "$t" | b2sum | cut -c 1-32 && stat -c %s "$t" &&
fallocate -p -o 0 -l 67108864 "$t" && truncate -r "$t" "$t.zero" &&
{ qemu-img compare -q -f raw -F raw "$t" "$t.zero" || cksum <"$t"; }
s=$?; rm -f "$t" "$t.zero"; exit $s`;

/** What the guest's disks hold in this directory of instances, by name; empty if no root disk can be read there. */
export type Contents = Readonly<Record<string, string>>;

const DISKS = [
  { name: 'disk', marker: GUEST_LAYOUT.root.markerOffset / SECTOR_BYTES },
  { name: 'disk.eph0', marker: GUEST_LAYOUT.ephemeral.markerOffset / SECTOR_BYTES },
] as const;

export async function contentsOf(host: LabHost, directory: string): Promise<Contents> {
  const found: Record<string, string> = {};
  for (const { name, marker } of DISKS) {
    const path = `${INSTANCES_PATH}/${directory}/${name}`;
    const { code, stdout } = await host.exec(['sh', '-c', DIGEST, 'contents', path, String(marker)]);
    if (code === 0) found[name] = stdout.trim().replaceAll(/\s+/g, ' ');
  }
  return found;
}

/** True if all that was there is there, bit for bit. */
export function holds(now: Contents, before: Contents): boolean {
  const names = Object.keys(before);
  return names.length > 0 && names.every((name) => now[name] === before[name]);
}

/** True if the root disk in this directory of instances holds what its guest wrote meanwhile. */
export async function holdsWritten(host: LabHost, directory: string): Promise<boolean> {
  const read = `read -P ${String(WRITTEN_MEANWHILE.byte)} ${WRITTEN_MEANWHILE.at} 1M`;
  const disk = `${INSTANCES_PATH}/${directory}/disk`;
  const { code, stdout } = await host.exec(['qemu-io', '-U', '-r', '-f', 'qcow2', '-c', read, disk]);
  return code === 0 && !stdout.includes('failed');
}
