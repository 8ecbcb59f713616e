import { chooseCodec, type Codec, type CodecChoice } from './codec.ts';
import { chooseStreams, type StreamChoice } from './streams.ts';
import { formatRate } from './units.ts';
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
 * other, whichever promises more.
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
  const codec = chooseCodec(speed, limited ? limit * 1024 : Number.POSITIVE_INFINITY, wishes.codec);
  const streamsWith = (chosen: Codec): StreamChoice =>
    chooseStreams({ speed, sizesBytes, codec: chosen, limited, wish: wishes.streams });
  const several = streamsWith('none');
  const wins =
    several.streams > 1 &&
    codec.codec !== 'none' &&
    wishes.codec === undefined &&
    (wishes.streams !== undefined || several.copyBytesPerSecond >= codec.copyBytesPerSecond);
  if (wins) {
    const reason = `${codec.reason}; by ${several.streams.toString()} connections at ${formatRate(several.copyBytesPerSecond)}`;
    const { copyBytesPerSecond } = several;
    return {
      codec: { codec: 'none', copyBytesPerSecond, reason },
      streams: several,
      copyBytesPerSecond,
      plain: true,
    };
  }
  const streams = streamsWith(codec.codec);
  const plain = codec.codec === 'none' && !limited;
  const { copyBytesPerSecond } = plain ? streams : codec;
  return { codec, streams, copyBytesPerSecond, plain };
}
