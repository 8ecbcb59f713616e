import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import type { LabImage } from '../../lab/cloud/model.ts';
import type { RunningHost } from '../../lab/hosts/types.ts';
import type { Lab } from '../../lab/start-lab.ts';
import { INSTANCES_PATH } from '../../lab/types.ts';
import { DESTINATION, SOURCE } from '../../support/lab.ts';
import { writeRaw } from './content.ts';
import { addFlavor, createInstance, removeInstance, startInstance } from './instance.ts';
import { layoutOf, type Content, type Layout } from './layout.ts';
import { clearInstances, must, script, STORE } from './on-host.ts';

/** What every run starts from; it lies in the store and gets a second name where it is needed. */
export interface Disks {
  readonly image: LabImage;
  /** Paths in `_base`, of the image's base and the ephemeral one. */
  readonly bases: readonly [string, string];
}

const Chain = z.array(z.object({ filename: z.string() }));

/**
 * Makes the disks: on the source, a base with holes and overlays on it and on an ephemeral base; at the destination, in the
 * store, equal bases, and one that is another.
 */
export async function makeDisks(lab: Lab, sizeMib: number, say: (text: string) => void): Promise<Disks> {
  const layout = layoutOf(sizeMib);
  addFlavor(lab, layout.flavor);
  const [source, destination] = [lab.host(SOURCE), lab.host(DESTINATION)];
  // Written from outside, read by nova inside; nobody else is there.
  for (const host of [source, destination]) await must(host, ['mkdir', '-p', '-m', '0777', STORE]);
  const image = await addEmptyImage(lab, layout);
  const bases = await basesOfPattern(lab, image);
  say('writing the disks');
  await makeBase(source, layout.base, bases[0]);
  await makeOverlay(source, 'disk', layout.overlay, bases[0]);
  await makeOverlay(source, 'disk.eph0', layout.ephemeral, bases[1]);
  for (const [index, base] of bases.entries()) await bringBase(source, destination, base, `base-${index}`);
  await must(destination, ['truncate', '-s', '1M', `${STORE}/other`]);
  await must(destination, ['chown', 'nova:nova', `${STORE}/other`]);
  say('booting the guest once');
  await removeInstance(lab, await startInstance(lab, image, 'first-boot'));
  await clearInstances(source, false);
  return { image, bases };
}

/** Glance has only a hull: the lab's carries images in memory. Its base is replaced before anybody uses it. */
async function addEmptyImage(lab: Lab, { base }: Layout): Promise<LabImage> {
  const directory = join(lab.directory, 'bench');
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'hull.qcow2');
  await execa('qemu-img', ['create', '-q', '-f', 'qcow2', file, `${base.virtualMib}M`]);
  return lab.cloud.addImage({ name: 'bench', file, diskFormat: 'qcow2' });
}

/** Lets Nova make an instance, and reads from its disks where it puts their bases. */
async function basesOfPattern(lab: Lab, image: LabImage): Promise<readonly [string, string]> {
  const server = await createInstance(lab, image, 'pattern');
  const source = lab.host(SOURCE);
  const baseOf = async (name: string): Promise<string> => {
    const path = `${INSTANCES_PATH}/${server.id}/${name}`;
    const said = await must(source, ['qemu-img', 'info', '-U', '--backing-chain', '--output=json', path]);
    const base = Chain.parse(JSON.parse(said))[1]?.filename;
    if (base === undefined) throw new Error(`${path} has no base`);
    return base;
  };
  const bases = [await baseOf('disk'), await baseOf('disk.eph0')] as const;
  await removeInstance(lab, server);
  await clearInstances(source, false);
  return bases;
}

async function makeBase(host: RunningHost, content: Content, base: string): Promise<void> {
  await withRaw(host, content, 'base', async (raw) => {
    await must(host, ['cp', '--sparse=always', '--no-preserve=mode', raw, base], 'nova');
  });
}

/** What was written becomes clusters, what was not is read from the base. */
async function makeOverlay(host: RunningHost, name: string, content: Content, base: string): Promise<void> {
  await withRaw(host, content, name, async (raw) => {
    const path = `${STORE}/${name}`;
    await must(host, ['qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', raw, path], 'nova');
    await must(host, ['qemu-img', 'rebase', '-u', '-f', 'qcow2', '-F', 'raw', '-b', base, path], 'nova');
  });
}

async function withRaw(
  host: RunningHost,
  content: Content,
  name: string,
  work: (raw: string) => Promise<void>,
): Promise<void> {
  const outside = join(host.paths.varLibNova, 'bench', `${name}.raw`);
  await writeRaw(outside, content, `coldhaul bench ${name}`);
  await work(`${STORE}/${name}.raw`);
  await rm(outside);
}

async function bringBase(from: RunningHost, to: RunningHost, base: string, name: string): Promise<void> {
  const below = base.replace('/var/lib/nova/', '');
  const target = join(to.paths.varLibNova, 'bench', name);
  await execa('cp', ['--sparse=always', join(from.paths.varLibNova, below), target]);
  await script(to, 'chown nova:nova "$1"; chmod 0644 "$1"', `${STORE}/${name}`);
}
