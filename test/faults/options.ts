import { parseArgs } from 'node:util';
import { KIND_NAMES, type KindName } from './fault-case.ts';

/** What `npm run test:faults` may be told. */
export interface FaultOptions {
  readonly seed: number;
  /** `undefined`: as many as belong to a whole run of these kinds. */
  readonly cases: number | undefined;
  readonly only: readonly KindName[];
  /** Names of single cases, to be repeated. */
  readonly ids: readonly string[];
  readonly lanes: number;
  readonly short: boolean;
  readonly json: string | undefined;
}

const SEED = '1';
/** Its first cases go both ways and both routes, and none has three disks, which take twice as long. */
const SHORT_SEED = '14';
const LANES = 4;
const LANES_MOST = 8;

/**
 * Reads the words of the command line.
 *
 * @throws Error with a sentence for the person who wrote them.
 */
export function readFaultOptions(words: readonly string[]): FaultOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...words],
    options: {
      seed: text,
      cases: text,
      only: text,
      case: text,
      lanes: text,
      json: text,
      short: { type: 'boolean', default: false },
    },
  });
  const only = (values.only?.split(',') ?? KIND_NAMES).map((name) => {
    const known = KIND_NAMES.find((candidate) => candidate === name);
    if (known === undefined) throw new Error(`there is no kind ${name}; there are ${KIND_NAMES.join(', ')}`);
    return known;
  });
  return {
    seed: whole('--seed', values.seed ?? (values.short ? SHORT_SEED : SEED), 0, Number.MAX_SAFE_INTEGER),
    cases: values.cases === undefined ? undefined : whole('--cases', values.cases, 1, 100_000),
    only,
    ids: values.case?.split(',') ?? [],
    lanes: whole('--lanes', values.lanes ?? String(LANES), 1, LANES_MOST),
    short: values.short,
    json: values.json,
  };
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most && text !== '') return value;
  throw new Error(`${name} is a whole number from ${String(least)} to ${String(most)}; ${text} is not`);
}
