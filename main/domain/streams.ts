import type { Codec } from './codec.ts';
import { formatRate } from './units.ts';
import type { MeasuredSpeed } from './way.ts';

/** A probe tries so many at once, and no file gets more: a host has other work, too. */
export const STREAMS_MOST = 4;

/** What a plan says about the connections that share one file. */
export interface StreamChoice {
  /** For each file from `LEAST_BYTES` on. */
  readonly streams: number;
  /** The rate of the copy, in bytes a second, that is expected with them. */
  readonly copyBytesPerSecond: number;
  /** Why, with the numbers; a sentence without its full stop. */
  readonly reason: string;
}

/** A smaller file is over before a second connection is open. */
const LEAST_BYTES = 256 * 1024 ** 2;
/** Every stream is a core's work on either host: several must promise so much more. A third more gained nothing (docs/adr/0016). */
const WORTH = 1.5;

export interface StreamQuestion {
  readonly speed: MeasuredSpeed;
  /** Of the files that travel at once. */
  readonly sizesBytes: readonly number[];
  readonly codec: Codec;
  readonly limited: boolean;
  /** What the admin asked for. */
  readonly wish: number | undefined;
}

/**
 * How many connections share each big file. Files that travel together have one each in any case; more are taken where what lies
 * between the hosts is slower for one than for several, and neither disk is slower still.
 */
export function chooseStreams({ speed, sizesBytes, codec, limited, wish }: StreamQuestion): StreamChoice {
  const { copyBytesPerSecond, parts } = speed;
  const big = bigOnes(sizesBytes);
  const several = parts?.severalBytesPerSecond;
  // What so many connections bring from disk to disk together, if that was tried and neither disk is slower.
  const rate = (connections: number): number => {
    if (parts === undefined || several === undefined || connections < 2) return copyBytesPerSecond;
    const disks = Math.min(parts.readBytesPerSecond, parts.writeBytesPerSecond);
    // Several were tried from memory to memory; reading and writing cost them as much as they cost one.
    const together = several * Math.min(1, copyBytesPerSecond / parts.sendBytesPerSecond);
    return Math.max(copyBytesPerSecond, Math.min(disks, together, connections * copyBytesPerSecond));
  };
  const one = (reason: string): StreamChoice => ({ streams: 1, copyBytesPerSecond: rate(big), reason });
  if (limited) return { ...one('a limit is kept by one connection for each file'), copyBytesPerSecond };
  if (codec !== 'none')
    return { ...one('a compressed copy is kept by one connection for each file'), copyBytesPerSecond };
  if (wish === 1) return one('as asked for');
  if (wish !== undefined)
    return { streams: wish, copyBytesPerSecond: rate(wish * Math.max(1, big)), reason: 'as asked for' };
  if (big === 0) return one('no file is big enough for more');
  if (several === undefined || parts === undefined) return one('more were not tried');
  const streams = Math.floor(STREAMS_MOST / big);
  const numbers = `one connection carries ${formatRate(parts.sendBytesPerSecond)}, four at once ${formatRate(several)}`;
  if (streams < 2) return one(`${numbers}; ${big.toString()} files travel at once already`);
  const atOnce = Math.min(several, big * parts.sendBytesPerSecond);
  const disks = Math.min(parts.readBytesPerSecond, parts.writeBytesPerSecond);
  if (Math.min(several, disks) < atOnce * WORTH) return one(numbers);
  return { streams, copyBytesPerSecond: rate(streams * big), reason: numbers };
}

/** How many of these files more than one connection may share. */
export function bigOnes(sizesBytes: readonly number[]): number {
  return sizesBytes.filter((bytes) => bytes >= LEAST_BYTES).length;
}

/** Whether it is worth a look what several connections carry: two files may share the way, or one may get more of it. */
export function mayTakeStreams(
  sizesBytes: readonly number[],
  limited: boolean,
  wish: number | undefined,
): boolean {
  const big = bigOnes(sizesBytes);
  return !limited && big > 0 && (big > 1 || wish !== 1);
}

/** Those of one file. */
export function streamsOf(choice: StreamChoice | undefined, bytes: number): number {
  return choice === undefined || bytes < LEAST_BYTES ? 1 : choice.streams;
}
