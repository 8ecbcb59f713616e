import { createCipheriv, createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { execa } from 'execa';
import type { LabHost } from '../types.ts';
import { GUEST_LAYOUT } from './guest-layout.ts';
import { LabProblem } from './problem.ts';

const MIB = 1024 * 1024;

export interface ImageFile {
  /** On this machine, not on a host. */
  readonly path: string;
  readonly format: 'raw' | 'qcow2';
  readonly sizeMib: number;
  /** How much of it is random data; the rest is holes. */
  readonly dataMib: number;
  /** The same seed gives the same bytes. */
  readonly seed: string;
}

/**
 * Makes an image such as Glance holds: data and holes in turn behind the room that the guest keeps for itself.
 *
 * @throws LabProblem if the data do not fit.
 */
export async function createImageFile(image: ImageFile): Promise<void> {
  const reservedMib = GUEST_LAYOUT.reservedBytes / MIB;
  if (reservedMib + image.dataMib > image.sizeMib) {
    throw new LabProblem(`an image of ${image.sizeMib} MiB has no room for ${image.dataMib} MiB of data`);
  }
  const raw = image.format === 'raw' ? image.path : `${image.path}.raw`;
  const step = Math.max(1, Math.floor((image.sizeMib - reservedMib) / Math.max(1, image.dataMib)));
  const random = randomBytes(image.seed);
  const file = await open(raw, 'w');
  try {
    await file.truncate(image.sizeMib * MIB);
    for (let done = 0; done < image.dataMib; done += 1) {
      await file.write(random(MIB), 0, MIB, (reservedMib + done * step) * MIB);
    }
  } finally {
    await file.close();
  }
  if (raw === image.path) return;
  await execa('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, image.path]);
  await rm(raw);
}

/** Makes a qcow2 overlay as Nova does, with the backing file's absolute path and format in it. Owner nova. */
export async function createOverlay(
  host: LabHost,
  path: string,
  backing: { readonly path: string; readonly format: 'raw' | 'qcow2' },
  sizeMib: number,
): Promise<void> {
  const options = ['-f', 'qcow2', '-F', backing.format, '-b', backing.path];
  await asNova(host, ['qemu-img', 'create', '-q', ...options, path, `${sizeMib}M`]);
}

/** Makes an ephemeral base by mkfs, as Nova does: no two hosts get the same bytes. Owner nova. */
export async function createEphemeralBase(host: LabHost, path: string, sizeMib: number): Promise<void> {
  await asNova(host, ['truncate', '-s', `${sizeMib}M`, path]);
  await asNova(host, ['mkfs.ext4', '-q', '-F', '-L', 'ephemeral0', path]);
}

/** Makes a swap base by mkswap. Owner nova. */
export async function createSwapBase(host: LabHost, path: string, sizeMib: number): Promise<void> {
  await asNova(host, ['truncate', '-s', `${sizeMib}M`, path]);
  await asNova(host, ['mkswap', path]);
}

/**
 * Writes bytes into a disk as its guest would, through the whole chain. The guest must be off.
 *
 * @param byte - 1 to 255; every byte of the range becomes this.
 */
export async function writeToDisk(
  host: LabHost,
  path: string,
  format: 'raw' | 'qcow2',
  range: { readonly offset: number; readonly bytes: number; readonly byte: number },
): Promise<void> {
  const command = `write -P ${range.byte} ${range.offset} ${range.bytes}`;
  await asNova(host, ['qemu-io', '-f', format, '-c', command, '-c', 'flush', path]);
}

/** BLAKE2b of 256 bits, in hex, of all that the guest of this disk sees: the same whatever chain holds it. */
export async function guestDigest(host: LabHost, path: string, format: 'raw' | 'qcow2'): Promise<string> {
  const flat = (await must(host, ['mktemp', '--tmpdir=/var/lib/nova', 'digest.XXXXXX'])).trim();
  try {
    await must(host, ['qemu-img', 'convert', '-U', '-f', format, '-O', 'raw', path, flat]);
    return (await must(host, ['b2sum', '-l', '256', flat])).slice(0, 64);
  } finally {
    await must(host, ['rm', '-f', flat]);
  }
}

/** An endless stream of bytes that only the seed decides: AES in counter mode over zeroes. */
function randomBytes(seed: string): (count: number) => Buffer {
  const key = createHash('sha256').update(seed).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  return (count) => cipher.update(Buffer.alloc(count));
}

async function asNova(host: LabHost, argv: readonly string[]): Promise<void> {
  await must(host, argv, 'nova');
}

async function must(host: LabHost, argv: readonly string[], user = 'root'): Promise<string> {
  const { code, stdout, stderr } = await host.exec(argv, { user });
  if (code !== 0)
    throw new LabProblem(`${argv.join(' ')} on ${host.name} ended with ${code}: ${stderr.trim()}`);
  return stdout;
}
