import { formatRate } from './units.ts';
import { slowestPart, type CodecTrial, type MeasuredSpeed } from './way.ts';

/** How the bytes of a copy are made fewer on their way; never zlib, which is slower than any link worth having. */
export const CODECS = ['none', 'lz4', 'zstd'] as const;
export type Codec = (typeof CODECS)[number];

export interface CodecChoice {
  readonly codec: Codec;
  /** The rate of the copy, in bytes of the disk a second, that is expected with it. */
  readonly copyBytesPerSecond: number;
  /** Why, with the numbers; a sentence without its full stop. */
  readonly reason: string;
}

/** A sample of the disk may mislead, and processors are the hosts' guests': it must promise so much more. */
const WORTH = 1.25;

/** The rate with a codec: a chain is as fast as its slowest link, and the whole never quite as fast as that. */
function withCodec(speed: MeasuredSpeed, trial: CodecTrial, limit: number): number {
  const parts = speed.parts;
  if (parts === undefined) return 0;
  const { readBytesPerSecond, sendBytesPerSecond, writeBytesPerSecond } = parts;
  const least = Math.min(readBytesPerSecond, sendBytesPerSecond, writeBytesPerSecond);
  const together = Math.min(1, speed.copyBytesPerSecond / least);
  const link = Math.min(sendBytesPerSecond * together, limit) / trial.wireShare;
  const rest = Math.min(readBytesPerSecond, writeBytesPerSecond, trial.bytesPerSecond);
  return Math.min(link, rest * together);
}

/**
 * Chooses what makes the copy fastest. A codec is one core's work for each disk, so it is taken only where what lies
 * between the hosts is slower still; and not where it is the cipher that is slowest, for the same cores would have to do
 * both.
 *
 * @param limitBytesPerSecond - Of what travels, for all disks together; `Infinity` is none.
 * @param wish - What the admin asked for; it is taken if both hosts can do it.
 */
export function chooseCodec(
  speed: MeasuredSpeed,
  limitBytesPerSecond: number,
  wish: Codec | undefined,
): CodecChoice {
  const none = Math.min(speed.copyBytesPerSecond, limitBytesPerSecond);
  const plain = (reason: string): CodecChoice => ({ codec: 'none', copyBytesPerSecond: none, reason });
  if (wish === 'none') return plain('as asked for');
  const tried = (speed.trials ?? []).map((trial) => ({
    trial,
    rate: withCodec(speed, trial, limitBytesPerSecond),
  }));
  if (wish !== undefined) {
    const found = tried.find(({ trial }) => trial.codec === wish);
    if (found === undefined) return plain(`${wish} was asked for, and rsync of both hosts cannot do it`);
    const reason = `as asked for; expected ${formatRate(found.rate)}, without ${formatRate(none)}`;
    return { codec: wish, copyBytesPerSecond: found.rate, reason };
  }
  const [best] = [...tried].sort((left, right) => right.rate - left.rate);
  if (best === undefined) return plain('rsync of both hosts has no fast codec in common');
  const { trial, rate } = best;
  const numbers = `${trial.codec} shrinks a sample to ${percent(trial.wireShare)} at ${formatRate(trial.bytesPerSecond)}`;
  if (limitBytesPerSecond >= speed.copyBytesPerSecond && isBoundByCipher(speed))
    return plain(`${numbers}; the hosts’ cores are the slowest part already, by enciphering`);
  const outcome = `the copy would run at ${formatRate(rate)}, without it at ${formatRate(none)}`;
  if (rate < none * WORTH) return plain(`${numbers}; ${outcome}`);
  return { codec: trial.codec, copyBytesPerSecond: rate, reason: `${numbers}; ${outcome}` };
}

function isBoundByCipher({ parts }: MeasuredSpeed): boolean {
  return parts !== undefined && slowestPart(parts) === 'cipher';
}

function percent(share: number): string {
  return `${Math.round(share * 100).toString()} %`;
}
