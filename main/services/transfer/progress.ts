/** `     32,768  12%    1.00MB/s    0:00:07`, in any notation of thousands. */
const COPIED = /^\s*(?<bytes>\d[\d.,' \u00a0]*)\s+\d+%/;
/** `    (12.34/100%)` */
const SHARE = /\((?<percent>\d+(?:\.\d+)?)\/100%\)/;

/**
 * Reads what `rsync --info=progress2` or `--progress` writes and yields the bytes done whenever they change.
 *
 * rsync redraws one line: a reading ends in a carriage return, and a chunk may end inside a number.
 */
export async function* readCopied(chunks: AsyncIterable<string>): AsyncGenerator<number, void> {
  let last: number | undefined;
  for await (const line of readLines(chunks)) {
    const digits = COPIED.exec(line)?.groups?.['bytes'];
    if (digits === undefined) continue;
    const bytes = Number(digits.replace(/\D/g, ''));
    if (bytes === last) continue;
    last = bytes;
    yield bytes;
  }
}

/** Part of the whole that the first of two runs of qemu-img takes: writing is slower than comparing. */
const FIRST_PART = 0.6;

/**
 * Reads `qemu-img convert -p` followed by `qemu-img compare -p` and yields the share done of both, from 0 to 1, never
 * falling. The second one begins where the readings fall back.
 */
export async function* readFlattened(chunks: AsyncIterable<string>): AsyncGenerator<number, void> {
  let [last, share, comparing] = [0, -1, false];
  for await (const line of readLines(chunks)) {
    const reading = shareIn(line);
    if (reading === undefined) continue;
    comparing ||= reading < last;
    last = reading;
    const now = comparing ? FIRST_PART + (1 - FIRST_PART) * reading : FIRST_PART * reading;
    if (now <= share) continue;
    share = now;
    yield share;
  }
}

/** Reads every `(12.34/100%)` of one run of qemu-img, or of what speaks like it, and yields the share done, never falling. */
export async function* readShares(chunks: AsyncIterable<string>): AsyncGenerator<number, void> {
  let share = -1;
  for await (const line of readLines(chunks)) {
    const now = shareIn(line);
    if (now === undefined || now <= share) continue;
    share = now;
    yield share;
  }
}

/** The share done, from 0 to 1, in what qemu-img writes with `-p`; undefined in any other line. */
export function shareIn(line: string): number | undefined {
  const percent = SHARE.exec(line)?.groups?.['percent'];
  return percent === undefined ? undefined : Math.min(Number(percent) / 100, 1);
}

/** Lines, however the chunks are cut; a redrawn one ends in a carriage return. */
export async function* readLines(chunks: AsyncIterable<string>): AsyncGenerator<string, void> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split(/[\r\n]/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
