import { fileName, showCommand } from '../naming.ts';
import type { Action } from './action.ts';
import { lacking, type CaseFile, type Seen } from './case-file.ts';

/** Hosts of the case that have a base of this name: in their image cache, or under a disk of the instance. */
export function holdersOf(file: CaseFile, path: string): readonly Seen[] {
  const name = fileName(path);
  return file.seen.filter(({ instance }) => {
    const disks = [instance.directory, instance.resizeDirectory].flatMap((each) => each?.disks ?? []);
    return [...(instance.close?.bases ?? []), ...disks.flatMap(({ chain }) => chain.slice(1))].some(
      (each) => fileName(each.path) === name,
    );
  });
}

/**
 * True for a base that mkfs made (`_base/ephemeral_20_40d1d2c`, nova/virt/libvirt/driver.py:5421-5455): it has one name
 * and another content on every host, so only that of the host where the disk was written will do.
 */
export function isMadeThere(path: string): boolean {
  return fileName(path).startsWith('ephemeral_');
}

/** True for a frozen layer of route thin: it lies where a base would, but holds the data of this instance alone. */
export function isFrozenLayer(path: string): boolean {
  return path.includes('/_coldhaul/');
}

/** How the bases that a host lacks come back to it: from another host of the case, or by hand where none of them will do. */
export function bringBack(file: CaseFile, to: Seen, missing: readonly string[]): readonly Action[] {
  return missing.map((path) => {
    const [holder] = holdersOf(file, path).filter(
      ({ name }) =>
        name !== to.name && !isFrozenLayer(path) && (!isMadeThere(path) || name === file.source?.name),
    );
    return holder === undefined
      ? byHand(to, path)
      : { kind: 'bring-base', from: holder.name, to: to.name, path };
  });
}

function byHand(to: Seen, path: string): Action {
  const name = fileName(path);
  const where = isMadeThere(path) ? `${to.name}, and its backups` : 'every other host, backups too';
  return {
    kind: 'by-hand',
    title: `Find the base ${name}`,
    where,
    commands: [
      showCommand([
        'find',
        `${to.instancesPath}/_base`,
        `${to.instancesPath}/_coldhaul`,
        '-name',
        `*${name}`,
        '-ls',
      ]),
    ],
    changes: isMadeThere(path)
      ? 'Nothing; another host’s base of this name has another content, and would ruin the disk.'
      : 'Nothing; where it is found, rsync -aS --ignore-existing it to the same path, owned by the user of Nova.',
    undo: 'Nothing was changed.',
    check: `qemu-img info --backing-chain of the instance’s disk on ${to.name} shows the whole chain.`,
  };
}

/** Nova makes no swap disk at a hard reboot, and stops without it (docs/handbook/nova.md). */
export function makeSwap({ source }: CaseFile, to: Seen): readonly Action[] {
  return lacking(source?.instance.resizeDirectory, to.instance.directory)
    .filter(({ role }) => role === 'swap')
    .map(({ name, chain, sizeBytes }): Action => {
      const [top] = chain;
      return { kind: 'make-swap', host: to.name, name, sizeBytes: top?.virtualBytes ?? sizeBytes };
    });
}
