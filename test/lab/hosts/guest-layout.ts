/**
 * Where a lab guest keeps its things on its disks, in bytes as the guest sees them. scripts/boot.sh has the same
 * numbers. An image must be zero in the first 8 MiB, or its guest counts from what it finds there.
 */
export const GUEST_LAYOUT = {
  /** One sector, each byte of which is the number of boots, 1 to 255. */
  root: { markerOffset: 1_048_576, dataOffset: 2_097_152, dataBytes: 4_194_304 },
  /** In the first kilobyte, which is not part of an ext4 file system. */
  ephemeral: { markerOffset: 0, dataOffset: 512, dataBytes: 512 },
  reservedBytes: 8_388_608,
} as const;

/** The byte that a guest's data consist of: two guests' disks must not look alike. */
export function guestByte(serverId: string): number {
  const byte = Number.parseInt(serverId.slice(0, 2), 16);
  return byte === 0 ? 0xa5 : byte;
}

/** What a guest says of itself at each boot, as the last line of its console.log. */
export interface BootLine {
  /** 1 is the first boot on this root disk: on a disk that was made afresh, it starts again. */
  readonly boot: number;
  readonly payload: 'OK' | 'BAD';
  /** Boots counted on the ephemeral disk; `undefined` if there is none. */
  readonly ephemeral: number | 'BAD' | undefined;
}

const BOOT_LINE = /^LAB BOOT=(\d+) PAYLOAD=(OK|BAD)(?: EPHEMERAL=(\d+|BAD|NONE))?$/;

/** Reads the last boot out of a console.log; `undefined` if the guest did not come up. */
export function lastBoot(console: string): BootLine | undefined {
  const found = BOOT_LINE.exec(console.trimEnd().split('\n').at(-1) ?? '');
  if (found === null) return undefined;
  const [, boot, payload, ephemeral] = found;
  return {
    boot: Number(boot),
    payload: payload === 'OK' ? 'OK' : 'BAD',
    ephemeral:
      ephemeral === undefined || ephemeral === 'NONE'
        ? undefined
        : ephemeral === 'BAD'
          ? 'BAD'
          : Number(ephemeral),
  };
}
