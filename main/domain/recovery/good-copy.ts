import type { InstanceDirectory } from '../host.ts';
import { isRunning, isWhole, rootOf, runsOn, type CaseFile, type Seen } from './case-file.ts';
import { isProvenBefore, originOf } from './proof.ts';

/** By what a copy is known to be the good one, strongest first. */
export const HOW_KNOWN = [
  /** Every disk was read on both hosts, and is equal; it may have run there since. */
  'proven',
  /** Both were read to the end, and the other one is not what was moved. */
  'by comparison',
  'the guest runs from it',
  'the only whole one',
  'the other lacks disks',
  'by its base',
  'by its size',
  'by what Nova records',
] as const;
export type HowKnown = (typeof HOW_KNOWN)[number];

/** A directory with whole disks that hold the guest’s data. */
export interface GoodCopy {
  readonly host: string;
  readonly path: string;
  readonly how: HowKnown;
}

/** Statements where no single copy can be named. `both`: they were proven equal. */
export const GOOD_STATEMENTS = ['both', 'none whole', 'not known'] as const;

/** Where the good copy is, as far as the evidence shows it and no further. */
export type WhereGood = GoodCopy | (typeof GOOD_STATEMENTS)[number];

/** What a guest that runs on another host makes doubtful: that one may be newer. */
const OF_A_GUEST_AT_REST: ReadonlySet<HowKnown> = new Set(['by what Nova records', 'the only whole one']);

function hasWholeRoot(directory: InstanceDirectory | undefined): directory is InstanceDirectory {
  return rootOf(directory) !== undefined && isWhole(directory);
}

function wholeOnes({ seen }: CaseFile): readonly { readonly host: Seen; readonly path: string }[] {
  return seen.flatMap((host) =>
    [host.instance.directory, host.instance.resizeDirectory].flatMap((each) =>
      hasWholeRoot(each) ? [{ host, path: each.path }] : [],
    ),
  );
}

/** Names a directory, if it is whole; what is no file of its host is never named. */
export function goodAt(
  file: CaseFile,
  host: Seen | undefined,
  directory: InstanceDirectory | undefined,
  how: HowKnown,
): WhereGood | undefined {
  if (!file.hasRoot) return undefined;
  const running = runsOn(file);
  if (running.length > 1) return 'not known';
  if (host === undefined || !hasWholeRoot(directory)) return goodNowhere(file);
  if (OF_A_GUEST_AT_REST.has(how) && running.some(({ name }) => name !== host.name)) return 'not known';
  return { host: host.name, path: directory.path, how };
}

/** Names a directory that Nova’s own records point at; as the only whole one, if every host told and there is no other. */
export function goodByRecord(
  file: CaseFile,
  host: Seen | undefined,
  directory: InstanceDirectory | undefined,
): WhereGood | undefined {
  const isOnly = wholeOnes(file).length === 1 && file.silent.length === 0;
  return goodAt(file, host, directory, isOnly ? 'the only whole one' : 'by what Nova records');
}

/** Both where they were proven equal; the destination’s, if it runs there since; otherwise it is not known. */
export function goodByProof(file: CaseFile): WhereGood | undefined {
  if (!file.hasRoot) return undefined;
  const there = file.destination?.instance.directory;
  if (runsOn(file).length > 1 || !isProvenBefore(file) || !hasWholeRoot(there)) return 'not known';
  if (!isRunning(file.destination) && runsOn(file).length === 0 && hasWholeRoot(originOf(file)))
    return 'both';
  return runsOn(file).every(({ name }) => name === file.destination?.name)
    ? goodAt(file, file.destination, there, 'proven')
    : 'not known';
}

/** Where what is there is not whole: on no host, if every host told. */
export function goodNowhere(file: CaseFile): WhereGood | undefined {
  if (!file.hasRoot) return undefined;
  return wholeOnes(file).length === 0 && file.silent.length === 0 ? 'none whole' : 'not known';
}

/** Where nothing tells the copies apart. */
export function goodUnknown({ hasRoot }: CaseFile): WhereGood | undefined {
  return hasRoot ? 'not known' : undefined;
}

/** What is left of it where another rule names another copy of the same case: one of the two is wrong. */
export function undisputed(
  where: WhereGood | undefined,
  others: readonly (WhereGood | undefined)[],
): WhereGood | undefined {
  if (typeof where !== 'object') return where;
  const isDisputed = others.some(
    (other) => typeof other === 'object' && (other.host !== where.host || other.path !== where.path),
  );
  return isDisputed ? 'not known' : where;
}
