/** How one disk is drawn: a colour for each scheme and a dash, so that colour need not be seen. */
export interface Stroke {
  readonly light: string;
  readonly dark: string;
  /** Lengths of line and gap in pixels; empty is an unbroken line. */
  readonly dash: readonly number[];
}

/** Each colour has a contrast of at least 4.5 to the page in its scheme; the test of this file measures it. */
const COLOURS = [
  { light: '#2f46b5', dark: '#9fb0ff' },
  { light: '#9a4a06', dark: '#f2b84b' },
  { light: '#0b6e66', dark: '#4fd1c5' },
  { light: '#b42318', dark: '#ff8f85' },
  { light: '#7a22ce', dark: '#d8a6ff' },
  { light: '#4a6b0c', dark: '#a3d65c' },
  { light: '#b01657', dark: '#ff9ecb' },
  { light: '#475569', dark: '#b8c4d6' },
] as const;

const DASHES: readonly (readonly number[])[] = [
  [],
  [8, 4],
  [2, 3],
  [10, 3, 2, 3],
  [14, 4],
  [5, 5],
  [10, 3, 2, 3, 2, 3],
  [1, 2],
];

export const STROKES: readonly Stroke[] = COLOURS.map((colour, index) => ({
  ...colour,
  dash: DASHES[index] ?? [],
}));

/** Beyond eight disks the colours begin again, with other dashes. */
export function strokeOf(index: number): Stroke {
  const { light, dark } = COLOURS[index % COLOURS.length] ?? COLOURS[0];
  return { light, dark, dash: DASHES[(index + Math.floor(index / COLOURS.length)) % DASHES.length] ?? [] };
}
