import { chooseCodec, type Codec, type CodecChoice } from './codec.ts';
import { bigOnes, chooseStreams, type StreamChoice } from './streams.ts';
import type { MeasuredSpeed } from './way.ts';

/** How our copies travel. */
export interface Sending {
  readonly codec: CodecChoice;
  readonly streams: StreamChoice;
  /** What is expected of all that, in bytes of the disks a second. */
  readonly copyBytesPerSecond: number;
  /** As plain bytes: holes do not travel (docs/adr/0016). */
  readonly plain: boolean;
}

export interface SendingWishes {
  readonly limitKibPerSecond: number | undefined;
  readonly codec?: Codec;
  readonly streams?: number;
}

/** A file that travels with others. */
export interface Travelling {
  readonly bytes: number;
  /** What of it holds data. */
  readonly dataBytes: number;
}

/**
 * Chooses between fewer bytes and more connections. Either makes more of a link, and both take processors; a copy has one or the
 * other, and fewer bytes only if that promises a good deal more.
 *
 * @param files - Those that travel at once.
 */
export function chooseSending(
  speed: MeasuredSpeed,
  files: readonly Travelling[],
  wishes: SendingWishes,
): Sending {
  const sizesBytes = files.map(({ bytes }) => bytes);
  const { limitKibPerSecond: limit } = wishes;
  const limited = limit !== undefined;
  const streamsWith = (codec: Codec): StreamChoice =>
    chooseStreams({ speed, sizesBytes, codec, limited, wish: wishes.streams });
  const plainly = streamsWith('none');
  const severalAskedFor = !limited && wishes.codec === undefined && (wishes.streams ?? 1) > 1;
  const chosen = chooseCodec({
    speed,
    plainBytesPerSecond: plainly.copyBytesPerSecond,
    dataShare: dataShareOf(files),
    // What several carry is known, or one is as much as is.
    files: speed.parts?.severalBytesPerSecond === undefined ? 1 : bigOnes(sizesBytes),
    limitBytesPerSecond: limited ? limit * 1024 : Number.POSITIVE_INFINITY,
    wish: severalAskedFor ? 'none' : wishes.codec,
  });
  const reason = 'several connections were asked for, and a compressed copy has one for each file';
  const codec = severalAskedFor ? { ...chosen, reason } : chosen;
  const streams = codec.codec === 'none' ? plainly : streamsWith(codec.codec);
  const plain = codec.codec === 'none' && !limited;
  return { codec, streams, copyBytesPerSecond: codec.copyBytesPerSecond, plain };
}

/** Of nothing, or of what is said to be a hole from end to end, all: a rate is divided by it. */
function dataShareOf(files: readonly Travelling[]): number {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const data = files.reduce((sum, file) => sum + Math.min(file.bytes, file.dataBytes), 0);
  return bytes > 0 && data > 0 ? data / bytes : 1;
}
