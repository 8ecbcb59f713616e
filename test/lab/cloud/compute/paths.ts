import { baseName } from '../identifiers.ts';
import type { LabImage, LabServer } from '../model.ts';
import type { ComputeSettings } from './settings.ts';

/** Ending that Nova 26 gives to ephemeral bases: the first 7 digits of the MD5 of its default format's name. */
const EPHEMERAL_ENDING = '0706d66';

/** Where Nova keeps what on a compute host (nova/virt/libvirt/utils.py, imagebackend.py). */
export interface InstancePaths {
  readonly directory: string;
  readonly resizeDirectory: string;
  readonly deletedDirectory: string;
  readonly base: string;
  readonly ephemeralBase: string;
  readonly swapBase: string;
  file(name: string): string;
}

export function pathsOf(
  settings: ComputeSettings,
  server: LabServer,
  image: Pick<LabImage, 'id'> = { id: server.imageId },
): InstancePaths {
  const directory = `${settings.instancesPath}/${server.id}`;
  const bases = `${settings.instancesPath}/_base`;
  return {
    directory,
    resizeDirectory: `${directory}_resize`,
    deletedDirectory: `${directory}_del`,
    base: `${bases}/${baseName(image.id)}`,
    ephemeralBase: `${bases}/ephemeral_${server.flavor.ephemeralGib}_${EPHEMERAL_ENDING}`,
    swapBase: `${bases}/swap_${server.flavor.swapMib}`,
    file: (name) => `${directory}/${name}`,
  };
}

/** Disks that a server of this flavor has, in the order of its domain. */
export function diskNames(server: LabServer): readonly string[] {
  return [
    'disk',
    ...(server.flavor.ephemeralGib > 0 ? ['disk.eph0'] : []),
    ...(server.flavor.swapMib > 0 ? ['disk.swap'] : []),
    ...(server.configDrive ? ['disk.config'] : []),
  ];
}
