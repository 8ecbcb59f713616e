import { STREAMS_MOST } from '../../domain/streams.ts';
import type { CodecTrial, FileAbilities, GuestWrites, WayMeasurement, WayParts } from '../../domain/way.ts';

/** `times` of dash and bash alike: `0m0.010000s 0m0.020000s`, user and system. */
const CPU_TIMES = /^(\d+)m([\d.]+)s (\d+)m([\d.]+)s$/;

/**
 * What the script of the probe said (scripts/probe.ts). What it did not say, or said in a way that makes no sense, is
 * `undefined`, not 0.
 *
 * @returns undefined if the two rates that a prediction needs are not there.
 */
export function readProbe(said: string): WayMeasurement | undefined {
  const lines = said.split('\n').map((line) => line.trim());
  const words = (label: string): readonly string[] =>
    lines
      .find((line) => line.startsWith(`${label} `))
      ?.split(/ +/)
      .slice(1) ?? [];
  const rate = (label: string): number | undefined => {
    const [bytes = 0, nanoseconds = 0] = words(label).map(Number);
    return bytes > 0 && nanoseconds > 0 ? (bytes * 1e9) / nanoseconds : undefined;
  };
  const writing = chooseWriting(rate('write'), rate('direct'));
  // What arrives is written while more is coming, so the disk counts only where it is slower than the rest.
  const copy = least(rate('path'), writing?.writeBytesPerSecond);
  const digest =
    words('digest').length > 0 ? rate('digest') : digestRate(rate('read'), words('sum').map(Number));
  if (copy === undefined || digest === undefined) return undefined;
  return {
    copyBytesPerSecond: copy,
    digestBytesPerSecond: digest,
    bytes: Number(words('path')[0]),
    parts: readParts(rate, writing, cipherRate(lines, Number(words('send')[0])), severalRate(lines)),
    abilities: readAbilities(words('files')),
    guestWrites: readWrites(words('writes')),
    trials: readTrials(lines, words('codecs')),
  };
}

/** Past the page cache nothing is left to flush, and the processors have less to do: worth a disk that takes it a little more slowly. */
const DIRECT_SHARE = 0.8;

type Writing = Pick<WayParts, 'writeBytesPerSecond' | 'writesDirectly'>;

function chooseWriting(write: number | undefined, direct: number | undefined): Writing | undefined {
  if (write === undefined) return undefined;
  if (direct === undefined || direct < write * DIRECT_SHARE) return { writeBytesPerSecond: write };
  return { writeBytesPerSecond: direct, writesDirectly: true };
}

function least(path: number | undefined, write: number | undefined): number | undefined {
  return path === undefined || write === undefined ? path : Math.min(path, write);
}

/** rsync computes while somebody else reads: the slower of the two holds both back. */
function digestRate(read: number | undefined, sum: readonly number[]): number | undefined {
  const [bytes = 0, spent = 0, empty = 0] = sum;
  if (read === undefined || !(bytes > 0 && spent > 0)) return read;
  return Math.min(read, (bytes * 1e9) / Math.max(spent - empty, spent * LEAST_SHARE_OF_TIME));
}

/** How far the time of an empty file may be taken off: on a busy host it says little. */
const LEAST_SHARE_OF_TIME = 0.25;

/** Only what the destination has, too. */
function readTrials(lines: readonly string[], atDestination: readonly string[]): readonly CodecTrial[] {
  return lines.flatMap((line): readonly CodecTrial[] => {
    const [label, codec, ...numbers] = line.split(/ +/);
    if (label !== 'codec' || (codec !== 'lz4' && codec !== 'zstd') || !atDestination.includes(codec))
      return [];
    const [bytes = 0, sent = 0, spent = 0, empty = 0] = numbers.map(Number);
    if (!(bytes > 0 && sent > 0 && spent > 0)) return [];
    const nanoseconds = Math.max(spent - empty, spent * LEAST_SHARE_OF_TIME);
    return [{ codec, bytesPerSecond: (bytes * 1e9) / nanoseconds, wireShare: sent / bytes }];
  });
}

function readParts(
  rate: (label: string) => number | undefined,
  writing: Writing | undefined,
  cipher: number | undefined,
  several: number | undefined,
): WayParts | undefined {
  const [read, send] = [rate('read'), rate('send')];
  if (read === undefined || send === undefined || writing === undefined) return undefined;
  return {
    readBytesPerSecond: read,
    sendBytesPerSecond: send,
    cipherBytesPerSecond: cipher,
    ...(several !== undefined && { severalBytesPerSecond: several }),
    ...writing,
  };
}

/** All bytes in the time from the first beginning to the last end, by the clock of the destination. */
function severalRate(lines: readonly string[]): number | undefined {
  const each = lines
    .filter((line) => line.startsWith('several '))
    .map((line) => line.split(/ +/).slice(1).map(Number));
  const began = Math.min(...each.map(([, , at = Number.NaN]) => at));
  const ended = Math.max(...each.map(([, , , at = Number.NaN]) => at));
  const bytes = each.reduce((sum, [one = 0]) => sum + one, 0);
  return each.length === STREAMS_MOST && bytes > 0 && ended > began
    ? (bytes * 1e9) / (ended - began)
    : undefined;
}

/** The second line after `times` is what the children of that shell took: ssh. */
function cipherRate(lines: readonly string[], bytes: number): number | undefined {
  const times = CPU_TIMES.exec(lines[lines.indexOf('times') + 2] ?? '');
  if (times === null || !(bytes > 0)) return undefined;
  const [userMinutes = 0, userSeconds = 0, systemMinutes = 0, systemSeconds = 0] = times.slice(1).map(Number);
  const seconds = (userMinutes + systemMinutes) * 60 + userSeconds + systemSeconds;
  return seconds > 0 ? bytes / seconds : undefined;
}

function readAbilities([holes, room, link]: readonly string[]): FileAbilities | undefined {
  if (holes === undefined || room === undefined || link === undefined) return undefined;
  return {
    keepsHoles: holes === 'yes',
    preallocates: room === 'unknown' ? undefined : room === 'yes',
    reflinks: link === 'yes',
  };
}

function readWrites(words: readonly string[]): GuestWrites | undefined {
  const [before, after, nanoseconds, age] = words.map(Number);
  // A guest that ended meanwhile left no second number, and the words moved up.
  if (before === undefined || after === undefined || nanoseconds === undefined) return undefined;
  if (!(after >= before && nanoseconds > 0)) return undefined;
  return {
    bytes: after - before,
    seconds: nanoseconds / 1e9,
    sinceStart: age !== undefined && age > 0 ? { bytes: after, seconds: age } : undefined,
  };
}
