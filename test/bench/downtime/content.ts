import { createCipheriv, createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Content } from './layout.ts';

const MIB = 1024 ** 2;
/** As many lines as two bytes of the generator can choose from. */
const LINES = 65_536;
const LINE_BYTES = 64;
const WORDS =
  'accepted added address cache client closed device disk error file from guest host kernel link mount';

/** An endless stream of bytes that only the seed decides: AES in counter mode over zeroes. */
function randomBytes(seed: string): (count: number) => Buffer {
  const key = createHash('sha256').update(seed).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  return (count) => cipher.update(Buffer.alloc(count));
}

/**
 * Every second MiB cannot be compressed; the others are lines as in a log, each of 64 bytes: words, then eight hex digits
 * of its own. The same seed gives the same bytes.
 *
 * @returns what makes the next MiB.
 */
export function contentFrom(seed: string): () => Buffer {
  const random = randomBytes(seed);
  const lines = logLines(random);
  let count = 0;
  return () => {
    count += 1;
    return count % 2 === 1 ? random(MIB) : text(random, lines);
  };
}

function logLines(random: (count: number) => Buffer): Buffer {
  const words = WORDS.split(' ');
  const chosen = random(LINES * 10);
  const lines = Array.from({ length: LINES }, (_, line) => {
    const at = line * 10;
    const picked = Array.from({ length: 6 }, (__, index) => words[(chosen[at + index] ?? 0) % words.length]);
    const number = chosen
      .readUInt32LE(at + 6)
      .toString(16)
      .padStart(8, '0');
    return `${picked
      .join(' ')
      .slice(0, LINE_BYTES - 10)
      .padEnd(LINE_BYTES - 10)} ${number}\n`;
  });
  return Buffer.from(lines.join(''), 'latin1');
}

function text(random: (count: number) => Buffer, lines: Buffer): Buffer {
  const mib = Buffer.alloc(MIB);
  const chosen = random((MIB / LINE_BYTES) * 2);
  for (let at = 0; at < MIB; at += LINE_BYTES) {
    const line = chosen.readUInt16LE((at / LINE_BYTES) * 2) * LINE_BYTES;
    lines.copy(mib, at, line, line + LINE_BYTES);
  }
  return mib;
}

/** Writes a raw disk of this content; what has none is holes. */
export async function writeRaw(path: string, content: Content, seed: string): Promise<void> {
  const next = contentFrom(seed);
  const file = await open(path, 'w');
  try {
    await file.truncate(content.virtualMib * MIB);
    for (const { offsetMib, mib } of content.extents) {
      for (let done = 0; done < mib; done += 1) await file.write(next(), 0, MIB, (offsetMib + done) * MIB);
    }
  } finally {
    await file.close();
  }
}
