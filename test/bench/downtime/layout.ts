import { GUEST_LAYOUT } from '../../lab/hosts/guest-layout.ts';

const MIB = 1024 ** 2;
/** So much in one piece, then as much of a hole. */
const PIECE_MIB = 8;
const RESERVED_MIB = GUEST_LAYOUT.reservedBytes / MIB;

/** As the lab's biggest flavor has, so that small sizes compare. */
const ROOT_GIB_LEAST = 5;
const EPHEMERAL_FREE_MIB = 128;

/** A piece of a disk that has content. */
export interface Extent {
  readonly offsetMib: number;
  readonly mib: number;
}

/** One file's content, and where it lies. */
export interface Content {
  readonly extents: readonly Extent[];
  readonly virtualMib: number;
}

export interface Layout {
  readonly base: Content;
  readonly overlay: Content;
  readonly ephemeral: Content;
  /** Whole GiB, as Nova counts them. */
  readonly flavor: FlavorSizes;
}

/** What a flavor gives. */
export interface FlavorSizes {
  readonly rootGib: number;
  readonly ephemeralGib: number;
}

/**
 * A third of the content in the image's base, a sixth on the ephemeral disk, and the rest in the root disk's overlay: some
 * of it over content of the base, some over its holes.
 */
export function layoutOf(sizeMib: number): Layout {
  const [base, ephemeral] = [Math.floor(sizeMib / 3), Math.floor(sizeMib / 6)];
  const inBase = pieces(base, RESERVED_MIB, 2 * PIECE_MIB);
  const inOverlay = pieces(sizeMib - base - ephemeral, RESERVED_MIB, PIECE_MIB);
  const flavor = {
    rootGib: Math.max(ROOT_GIB_LEAST, Math.ceil((endOf(inOverlay) + PIECE_MIB) / 1024)),
    ephemeralGib: Math.ceil((ephemeral + EPHEMERAL_FREE_MIB) / 1024),
  };
  return {
    base: { extents: inBase, virtualMib: endOf(inBase) + PIECE_MIB },
    overlay: { extents: inOverlay, virtualMib: flavor.rootGib * 1024 },
    ephemeral: { extents: [{ offsetMib: 1, mib: ephemeral }], virtualMib: flavor.ephemeralGib * 1024 },
    flavor,
  };
}

/** How much content that is. */
export function contentMib({ extents }: Content): number {
  return extents.reduce((sum, { mib }) => sum + mib, 0);
}

/** Pieces with holes of the same length between them. */
function pieces(mib: number, fromMib: number, pieceMib: number): readonly Extent[] {
  return Array.from({ length: Math.ceil(mib / pieceMib) }, (_, index) => ({
    offsetMib: fromMib + 2 * index * pieceMib,
    mib: Math.min(pieceMib, mib - index * pieceMib),
  }));
}

function endOf(extents: readonly Extent[]): number {
  const last = extents.at(-1);
  return last === undefined ? RESERVED_MIB : last.offsetMib + last.mib;
}
