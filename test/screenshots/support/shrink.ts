import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE_BYTES = 8;
const BYTES_PER_PIXEL = { 2: 3, 6: 4 } as const;

const PALETTE_COLOURS = 256;

/**
 * The same picture in half the bytes: with a palette of its own colours. A page has few; what is lost are
 * shades at the edges of letters.
 */
export function shrink(png: Buffer): Buffer {
  const chunks = chunksOf(png);
  const header = chunks.find(({ type }) => type === 'IHDR')?.data;
  const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  const colour = header?.[9];
  if (header === undefined || (colour !== 2 && colour !== 6)) return png;
  const width = header.readUInt32BE(0);
  const from = BYTES_PER_PIXEL[colour];
  const lines = unfiltered(inflateSync(packed), width * from, from);
  const colours = lines.map((line) => coloursOf(line, from));
  const palette = paletteOf(colours);
  const index = nearestIn(palette);
  const plain = colours.map((line) => Buffer.from([0, ...line.map(index)]));
  const indexed = Buffer.from(header);
  indexed[9] = 3;
  const made = Buffer.concat([
    png.subarray(0, SIGNATURE_BYTES),
    chunk('IHDR', indexed),
    chunk('PLTE', Buffer.from(palette.flatMap(partsOf))),
    chunk('IDAT', deflateSync(Buffer.concat(plain), { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return made.length < png.length ? made : png;
}

function chunksOf(png: Buffer): readonly { readonly type: string; readonly data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = SIGNATURE_BYTES; at < png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    chunks.push({ type, data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

/** Undoes PNG's five filters, line by line. */
function unfiltered(raw: Buffer, stride: number, pixel: number): readonly Buffer[] {
  const lines: Buffer[] = [];
  let above: Buffer = Buffer.alloc(stride);
  for (let at = 0; at < raw.length; at += stride + 1) {
    const line = Buffer.from(raw.subarray(at + 1, at + 1 + stride));
    for (let x = 0; x < stride; x += 1) {
      const left = x < pixel ? 0 : (line[x - pixel] ?? 0);
      const corner = x < pixel ? 0 : (above[x - pixel] ?? 0);
      line[x] = (line[x] ?? 0) + predicted(raw[at] ?? 0, left, above[x] ?? 0, corner);
    }
    lines.push(line);
    above = line;
  }
  return lines;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter < 3) return [0, left, up][filter] ?? 0;
  if (filter === 3) return (left + up) >> 1;
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value)) as [number, number, number];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function coloursOf(line: Buffer, pixel: number): readonly number[] {
  return Array.from({ length: line.length / pixel }, (_none, at) => line.readUIntBE(at * pixel, 3));
}

/**
 * Begins with the most frequent colour, and goes on with the one whose absence would be seen most: pixels that have it,
 * times its squared distance from what is there already. So a few red letters keep their red.
 */
function paletteOf(lines: readonly (readonly number[])[]): readonly number[] {
  const counts = new Map<number, number>();
  for (const line of lines) for (const colour of line) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const open = [...counts].map(([colour, count]) => ({ colour, count, away: Number.MAX_SAFE_INTEGER }));
  const palette: number[] = [];
  while (palette.length < Math.min(PALETTE_COLOURS, counts.size)) {
    const weights = open.map(({ count, away }) => count * away);
    const { colour } = open[indexOfMost(weights)] ?? { colour: 0 };
    palette.push(colour);
    for (const each of open) each.away = Math.min(each.away, distance(each.colour, colour));
  }
  return palette;
}

/** By a loop: there are more of them than a call may have arguments. */
function indexOfMost(weights: readonly number[]): number {
  return weights.reduce((most, weight, index) => (weight > (weights[most] ?? 0) ? index : most), 0);
}

function nearestIn(palette: readonly number[]): (colour: number) => number {
  const known = new Map(palette.map((colour, index) => [colour, index]));
  return (colour) => {
    const found = known.get(colour);
    if (found !== undefined) return found;
    const distances = palette.map((candidate) => distance(candidate, colour));
    const nearest = distances.indexOf(Math.min(...distances));
    known.set(colour, nearest);
    return nearest;
  };
}

function distance(left: number, right: number): number {
  const other = partsOf(right);
  return partsOf(left).reduce((sum, part, index) => sum + (part - (other[index] ?? 0)) ** 2, 0);
}

function partsOf(colour: number): readonly number[] {
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}
