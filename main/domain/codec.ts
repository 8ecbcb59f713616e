import { formatRate } from './units.ts';
import type { CodecTrial, MeasuredSpeed } from './way.ts';

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

export interface CodecQuestion {
  readonly speed: MeasuredSpeed;
  /** Of all files together as plain bytes, as they would go without a codec; bytes a second. */
  readonly plainBytesPerSecond: number;
  /** Which part of the files holds data, above 0 and up to 1: holes do not travel as plain bytes, but with a codec or within a limit they do. */
  readonly dataShare: number;
  /** How many big files travel at once, each by one connection. */
  readonly files: number;
  /** Of what travels, for all files together; `Infinity` is none. */
  readonly limitBytesPerSecond: number;
  /** What the admin asked for; it is taken if both hosts can do it. */
  readonly wish: Codec | undefined;
}

/** With a codec and without, in bytes of the files a second, holes included: of one file, and of all that travel at once. */
interface Rates {
  readonly one: number;
  readonly all: number;
}

function without(question: CodecQuestion): Rates {
  const { speed, plainBytesPerSecond, dataShare, limitBytesPerSecond } = question;
  const limited = limitBytesPerSecond !== Number.POSITIVE_INFINITY;
  const rate = (plain: number): number =>
    limited ? Math.min(plain, limitBytesPerSecond) : plain / dataShare;
  return { one: rate(speed.copyBytesPerSecond), all: rate(plainBytesPerSecond) };
}

/** One has what it had in the trial; several have as much more as the way still carries of what is left of them. Neither disk is passed. */
function withCodec(question: CodecQuestion, trial: CodecTrial): Rates {
  const { speed, plainBytesPerSecond, files, limitBytesPerSecond } = question;
  const { bytesPerSecond, wireShare } = trial;
  const { readBytesPerSecond: read = Infinity, writeBytesPerSecond: write = Infinity } = speed.parts ?? {};
  const one = Math.min(bytesPerSecond, limitBytesPerSecond / wireShare, read, write);
  const together = Math.min(files * bytesPerSecond, plainBytesPerSecond / wireShare);
  return { one, all: Math.max(one, Math.min(together, limitBytesPerSecond / wireShare, read, write)) };
}

/**
 * Chooses what makes the copy fastest. A codec is work for the hosts, so it is taken only where it makes a good deal more of the way:
 * already for one file, as it was tried, for where the cores are what is slowest, several files have no more of them.
 */
export function chooseCodec(question: CodecQuestion): CodecChoice {
  const { speed, plainBytesPerSecond, limitBytesPerSecond, wish } = question;
  const none = without(question);
  const copyBytesPerSecond = Math.min(plainBytesPerSecond, limitBytesPerSecond);
  const plain = (reason: string): CodecChoice => ({ codec: 'none', copyBytesPerSecond, reason });
  if (wish === 'none') return plain('as asked for');
  const tried = (speed.trials ?? []).map((trial) => ({ trial, rate: withCodec(question, trial) }));
  if (wish !== undefined) {
    const found = tried.find(({ trial }) => trial.codec === wish);
    if (found === undefined)
      return plain(
        `${wish} was asked for, and no sample came through with it: rsync of either host cannot do it, or the way is too slow`,
      );
    const { all } = found.rate;
    const reason = `as asked for; expected ${formatRate(all)}, without ${formatRate(none.all)}`;
    return { codec: wish, copyBytesPerSecond: all, reason };
  }
  const sorted = [...tried].sort((left, right) => right.rate.all - left.rate.all);
  const worth = sorted.find(({ rate }) => rate.one >= none.one * WORTH && rate.all >= none.all * WORTH);
  const best = worth ?? sorted[0];
  if (best === undefined)
    return plain(
      'no sample came through with a codec: rsync of both hosts has no fast one in common, or the way is too slow',
    );
  const { trial, rate } = best;
  const numbers = `with ${trial.codec} a sample went over at ${formatRate(trial.bytesPerSecond)}, shrunk to ${percent(trial.wireShare)}, as it is at ${formatRate(speed.copyBytesPerSecond)}`;
  // Where one file has no good from it, what all would have is not the reason.
  if (rate.one < none.one * WORTH) return plain(numbers);
  const outcome = `the copy would run at ${formatRate(rate.all)}, without it at ${formatRate(none.all)}`;
  const reason = `${numbers}; ${outcome}`;
  return worth === undefined ? plain(reason) : { codec: trial.codec, copyBytesPerSecond: rate.all, reason };
}

function percent(share: number): string {
  return `${Math.round(share * 100).toString()} %`;
}
