/** Numbers that look thrown and are the same for the same seed, on every machine. */
export interface Random {
  /** A whole number, both ends included. */
  integer(least: number, most: number): number;
  /** @throws TypeError if there is nothing to choose from. */
  pick<T>(list: readonly T[]): T;
  /** True in this share of all throws, from 0 to 1. */
  chance(share: number): boolean;
}

const WORD = 2 ** 32;
/** FNV-1a, and the additive step and shifts of Mulberry32: small, known, and good enough to spread test cases. */
const HASH_OFFSET = 2_166_136_261;
const HASH_PRIME = 16_777_619;
const STEP = 0x6d2b79f5;

export function createRandom(seed: string): Random {
  let state = [...Buffer.from(seed, 'utf8')].reduce(
    (hash, byte) => Math.imul(hash ^ byte, HASH_PRIME),
    HASH_OFFSET,
  );
  const share = (): number => {
    state = (state + STEP) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / WORD;
  };
  const integer = (least: number, most: number): number => least + Math.floor(share() * (most - least + 1));
  return {
    integer,
    pick(list) {
      if (list.length === 0) throw new TypeError('there is nothing to choose from');
      return list[integer(0, list.length - 1)] as (typeof list)[number];
    },
    chance: (wanted) => share() < wanted,
  };
}
