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

/**
 * Chooses between fewer bytes and more connections. Either makes more of a link, and both take processors; a copy has one or the
 * other, and fewer bytes only if that promises a good deal more.
 *
 * @param sizesBytes - Of the files that travel at once.
 */
export function chooseSending(
  speed: MeasuredSpeed,
  sizesBytes: readonly number[],
  wishes: SendingWishes,
): Sending {
  const { limitKibPerSecond: limit } = wishes;
  const limited = limit !== undefined;
  const streamsWith = (codec: Codec): StreamChoice =>
    chooseStreams({ speed, sizesBytes, codec, limited, wish: wishes.streams });
  const plainly = streamsWith('none');
  const severalAskedFor = !limited && wishes.codec === undefined && (wishes.streams ?? 1) > 1;
  const codec = chooseCodec({
    speed,
    plainBytesPerSecond: plainly.copyBytesPerSecond,
    // What several carry is known, or one is as much as is.
    files: speed.parts?.severalBytesPerSecond === undefined ? 1 : bigOnes(sizesBytes),
    limitBytesPerSecond: limited ? limit * 1024 : Number.POSITIVE_INFINITY,
    wish: severalAskedFor ? 'none' : wishes.codec,
  });
  const streams = codec.codec === 'none' ? plainly : streamsWith(codec.codec);
  const plain = codec.codec === 'none' && !limited;
  return { codec, streams, copyBytesPerSecond: codec.copyBytesPerSecond, plain };
}
