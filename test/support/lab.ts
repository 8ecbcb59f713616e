import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeSampleImage } from '../lab/cloud/sample-image.ts';
import type { LabImage } from '../lab/cloud/model.ts';
import { startLab, type Lab, type LabOptions } from '../lab/start-lab.ts';

export const [SOURCE, DESTINATION] = ['compute-a', 'compute-b'] as const;

export interface LabWithImage {
  readonly lab: Lab;
  readonly image: LabImage;
}

/** A lab with one small image in its Glance: 64 MiB of random data in a disk of 256 MiB. */
export async function labWithImage(options: LabOptions = {}): Promise<LabWithImage> {
  const lab = await startLab(options);
  try {
    const directory = join(lab.directory, 'images');
    await mkdir(directory, { recursive: true });
    const file = join(directory, 'sample.qcow2');
    await makeSampleImage(file, { virtualMib: 256, dataMib: 64 });
    return { lab, image: await lab.cloud.addImage({ name: 'sample', file, diskFormat: 'qcow2' }) };
  } catch (error) {
    await lab.down();
    throw error;
  }
}
