import { createHash, randomUUID } from 'node:crypto';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import type { CloudState, LabImage } from './model.ts';

export interface NewImage {
  readonly name: string;
  /** A disk image on this machine; the lab's Glance keeps a copy. */
  readonly file: string;
  readonly diskFormat: 'qcow2' | 'raw';
}

const ImageInformation = z.object({ 'virtual-size': z.number() });

/** The lab's Glance store: files in a directory. */
export function createImageStore(state: CloudState, directory: string) {
  return {
    async add(image: NewImage): Promise<LabImage> {
      const id = randomUUID();
      const images = join(directory, 'images');
      await mkdir(images, { recursive: true });
      const file = join(images, id);
      await copyFile(image.file, file);
      const bytes = await readFile(file);
      const { stdout } = await execa('qemu-img', ['info', '--output=json', '-f', image.diskFormat, file]);
      const stored: LabImage = {
        id,
        name: image.name,
        file,
        diskFormat: image.diskFormat,
        sizeBytes: bytes.length,
        virtualBytes: ImageInformation.parse(JSON.parse(stdout))['virtual-size'],
        md5: createHash('md5').update(bytes).digest('hex'),
        sha512: createHash('sha512').update(bytes).digest('hex'),
        createdAtMs: state.now(),
        status: 'active',
        properties: {},
        deleted: false,
      };
      state.images.set(id, stored);
      return stored;
    },
  };
}
