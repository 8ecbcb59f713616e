import { fileName } from '../naming.ts';
import type { Action } from './action.ts';
import type { CaseFile, Seen } from './case-file.ts';

/** Hosts of the case that have a base of this name in their image cache. */
export function holdersOf(file: CaseFile, path: string): readonly Seen[] {
  const name = fileName(path);
  return file.seen.filter(({ instance }) =>
    instance.close?.bases?.some((base) => fileName(base.path) === name),
  );
}

/**
 * How the bases that a host lacks come back to it: from another host of the case, or by hand where none of them has it.
 * A base has one content for one name only if it is an image's; one that mkfs made is another on every host.
 */
export function bringBack(file: CaseFile, to: Seen, missing: readonly string[]): readonly Action[] {
  return missing.map((path) => {
    const [holder] = holdersOf(file, path).filter(({ name }) => name !== to.name);
    return holder === undefined
      ? byHand(to, path)
      : { kind: 'bring-base', from: holder.name, to: to.name, path };
  });
}

function byHand(to: Seen, path: string): Action {
  const name = fileName(path);
  return {
    kind: 'by-hand',
    title: `Find the base ${name}`,
    where: 'every other host, backups too',
    commands: [`find ${to.instancesPath}/_base -name ${name} -ls`],
    changes: 'Nothing; where it is found, rsync -aS it to the same path, owned by the user of Nova.',
    undo: 'Nothing was changed.',
    check: `qemu-img info --backing-chain of the instance’s disk on ${to.name} shows the whole chain.`,
  };
}
