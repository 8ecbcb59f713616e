import { open, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { execa } from 'execa';

/** The guests of the lab keep marks in the first 8 MiB; an image leaves them zero. */
const RESERVED_BYTES = 8 * 1024 * 1024;

/** Makes a qcow2 image of this virtual size that holds some random data, as an operating system would be. */
export async function makeSampleImage(
  file: string,
  size: { readonly virtualMib: number; readonly dataMib: number },
): Promise<void> {
  const raw = `${file}.raw`;
  const handle = await open(raw, 'w');
  try {
    await handle.truncate(size.virtualMib * 1024 * 1024);
    await handle.write(randomBytes(size.dataMib * 1024 * 1024), 0, null, RESERVED_BYTES);
  } finally {
    await handle.close();
  }
  await execa('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, file]);
  await rm(raw);
}
