import { parseArgs } from 'node:util';
import { CODECS, type Codec } from '../../../main/domain/codec.ts';
import { WAYS, type Way } from './types.ts';

/** What `npm run bench -- --only downtime` may be told. */
export interface DowntimeOptions {
  /** Content of all disks and bases together. */
  readonly sizeMib: number;
  readonly rounds: number;
  readonly ways: readonly Way[];
  /** What our own ways are told to compress with; left out, the plan chooses. */
  readonly codec: Codec | undefined;
  /** Where to write all that was measured. */
  readonly json: string | undefined;
  /** Where to write the chart. */
  readonly svg: string | undefined;
}

const MIB_PER_GIB = 1024;
/** Three times as much room for temporary files is asked for before anything is written. */
const GIB_MOST = 32;
const GIB_LEAST = 0.0625;
const ROUNDS_MOST = 100;

/**
 * Reads the words behind the names of the measures.
 *
 * @throws Error with a sentence for the person who wrote them.
 */
export function readDowntimeOptions(words: readonly string[]): DowntimeOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      size: { type: 'string', default: '3' },
      rounds: { type: 'string', default: '3' },
      ways: { type: 'string', default: WAYS.join(',') },
      codec: { type: 'string' },
      json: { type: 'string' },
      svg: { type: 'string' },
    },
  });
  const [size, rounds] = [Number(values.size), Number(values.rounds)];
  if (!(size >= GIB_LEAST && size <= GIB_MOST))
    throw new Error(`--size is in GiB, from ${GIB_LEAST} to ${GIB_MOST}; ${values.size} is not`);
  if (!(Number.isInteger(rounds) && rounds >= 1 && rounds <= ROUNDS_MOST))
    throw new Error(`--rounds is a whole number from 1 to ${ROUNDS_MOST}; ${values.rounds} is not`);
  return {
    sizeMib: Math.round(size * MIB_PER_GIB),
    rounds,
    ways: values.ways.split(',').map((word) => oneOf('way', WAYS, word.trim())),
    codec: values.codec === undefined ? undefined : oneOf('codec', CODECS, values.codec),
    json: values.json,
    svg: values.svg,
  };
}

function oneOf<T extends string>(what: string, known: readonly T[], word: string): T {
  const found = known.find((each) => each === word);
  if (found === undefined) throw new Error(`${word} is no ${what}; there are ${known.join(', ')}`);
  return found;
}
