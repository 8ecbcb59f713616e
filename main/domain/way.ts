/** Rates in bytes a second, measured on this path right before the plan. */
export interface MeasuredSpeed {
  /** From disk to disk: read, enciphered, sent and written, all at once, by one stream; no more than the disk there can flush. */
  readonly copyBytesPerSecond: number;
  readonly digestBytesPerSecond: number;
  /** `undefined` where the hosts did not tell them apart; older journals do not say. */
  readonly parts?: WayParts | undefined;
  /** What each codec that rsync of both hosts has makes of a sample of the disk; older journals do not say. */
  readonly trials?: readonly CodecTrial[] | undefined;
}

/** A sample of the disk by rsync to the destination. Journals from before 2026-11-23 have it through rsync on the source alone. */
export interface CodecTrial {
  readonly codec: 'lz4' | 'zstd';
  /** Bytes of the disk that one connection brings there. */
  readonly bytesPerSecond: number;
  /** What is left of a byte on the wire; a little over 1 for what does not shrink. */
  readonly wireShare: number;
}

/** What a probe with real bytes found of the way between two hosts. Rates are bytes a second. */
export interface WayMeasurement extends MeasuredSpeed {
  /** How much of the disk went over. */
  readonly bytes: number;
  /** `undefined` where the destination did not tell. */
  readonly abilities: FileAbilities | undefined;
  /** `undefined` if no guest runs, or the kernel does not count. */
  readonly guestWrites: GuestWrites | undefined;
}

/** Each part of the way by itself. */
export interface WayParts {
  readonly readBytesPerSecond: number;
  /** From memory to memory by SSH: link and cipher together. */
  readonly sendBytesPerSecond: number;
  /** The same by four connections at once, together; older journals do not say. */
  readonly severalBytesPerSecond?: number | undefined;
  /** What one core of the source can encipher, from the time that ssh spent computing, its handshake included. */
  readonly cipherBytesPerSecond: number | undefined;
  /** The same bytes written and flushed once more, out of memory, in the way that a copy is written. */
  readonly writeBytesPerSecond: number;
  /** That way is past the page cache, which was not slower; left out, through it. */
  readonly writesDirectly?: boolean | undefined;
}

/** What the file system of the instances at the destination can do, tried there with a file of 1 MiB. */
export interface FileAbilities {
  readonly keepsHoles: boolean;
  /** `undefined` without fallocate(1). */
  readonly preallocates: boolean | undefined;
  readonly reflinks: boolean;
}

/** What the processes of a running guest sent to the storage (proc(5), /proc/PID/io, write_bytes). */
export interface GuestWrites {
  /** While the way was measured. */
  readonly bytes: number;
  readonly seconds: number;
  /** Since the guest was started; `undefined` if its age was not told. */
  readonly sinceStart: { readonly bytes: number; readonly seconds: number } | undefined;
}

/** What holds a single stream back. */
export type SlowestPart = 'read' | 'cipher' | 'link' | 'write';

/** A link is taken to be as fast as its cipher allows from this share of what a core can encipher. */
const CIPHER_BOUND = 0.8;

/** Which part is the slowest; where SSH is, whether the cipher binds it or what lies behind it. */
export function slowestPart(parts: WayParts): SlowestPart {
  const { readBytesPerSecond, sendBytesPerSecond, cipherBytesPerSecond, writeBytesPerSecond } = parts;
  const least = Math.min(readBytesPerSecond, sendBytesPerSecond, writeBytesPerSecond);
  if (least === sendBytesPerSecond) {
    const bound = cipherBytesPerSecond !== undefined && least >= cipherBytesPerSecond * CIPHER_BOUND;
    return bound ? 'cipher' : 'link';
  }
  return least === readBytesPerSecond ? 'read' : 'write';
}
