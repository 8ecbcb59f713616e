import { Failure } from '../../domain/failure.ts';
import { type HostFacts, type NovaSettings, type Tool, TOOLS } from '../../domain/host.ts';
import type { Shell } from '../../domain/ports.ts';
import { runScript } from '../jobs/run-script.ts';
import { type ConfigFile, readNovaSettings } from './nova-conf.ts';
import { type Pair, readPairs } from './pairs.ts';
import { CONFIG_SCRIPT, FACTS_SCRIPT, STORAGE_SCRIPT } from './scripts/facts.ts';
import { readStorage, type Storage } from './storage.ts';
import { readTraits } from './traits.ts';

export interface FactsOrder {
  readonly novaUser: string;
  readonly configFiles: readonly string[];
  /** Overrides what the configuration says. */
  readonly instancesPath: string | undefined;
}

/**
 * One round trip; a second one only where the instances lie at a path that the script did not guess.
 *
 * @throws Failure `host.command-failed`, also if the host has no such user, or nothing at its instances' path.
 */
export async function readFacts(shell: Shell, order: FactsOrder, signal?: AbortSignal): Promise<HostFacts> {
  const options = { ...(signal !== undefined && { signal }) };
  const args = [order.novaUser, order.instancesPath ?? '', ...order.configFiles];
  const pairs = readPairs(await runScript(shell, 'read the facts', FACTS_SCRIPT, args, options));
  const single = new Map(pairs);
  const files = readFiles(pairs);
  const nova = novaSettings(files, order.instancesPath);
  const isHere = ({ path }: Storage): boolean => path === nova.instancesPath;
  const storage = readStorage(pairs).find(isHere) ?? (await readAlone(shell, order, nova, options));
  return {
    hostname: single.get('hostname') ?? '',
    bootId: single.get('boot') ?? '',
    clockMs: Number(single.get('clock')),
    cpuHasAes: / aes(?= |$)/m.test(single.get('cpu') ?? ''),
    cores: Number(single.get('cores')),
    nova,
    novaUser: readUser(shell.host, order.novaUser, single.get('user') ?? ''),
    tools: readTools(single),
    instancesFileSystem: storage.fileSystem,
    instancesDirectory: storage.directory,
    traits: readTraits(pairs, files, storage.traits),
  };
}

async function readAlone(
  shell: Shell,
  { novaUser }: FactsOrder,
  { instancesPath }: NovaSettings,
  options: { readonly signal?: AbortSignal },
): Promise<Storage> {
  const said = await runScript(
    shell,
    'read the room for instances',
    STORAGE_SCRIPT,
    [novaUser, instancesPath],
    options,
  );
  const [storage] = readStorage(readPairs(said));
  if (storage !== undefined) return storage;
  throw new Failure('host.command-failed', `${shell.host} told nothing of ${instancesPath}.`);
}

/** The settings of nova-compute alone. */
export async function readNova(shell: Shell, order: FactsOrder, signal?: AbortSignal): Promise<NovaSettings> {
  const options = { ...(signal !== undefined && { signal }) };
  const stdout = await runScript(
    shell,
    'read the settings of Nova',
    CONFIG_SCRIPT,
    order.configFiles,
    options,
  );
  return novaSettings(readFiles(readPairs(stdout)), order.instancesPath);
}

function readFiles(pairs: readonly Pair[]): readonly ConfigFile[] {
  return pairs.flatMap(([name, path], index): ConfigFile[] =>
    name === 'file' ? [{ path, text: pairs[index + 1]?.[1] ?? '' }] : [],
  );
}

function novaSettings(files: readonly ConfigFile[], instancesPath: string | undefined): NovaSettings {
  const nova = readNovaSettings(files);
  return instancesPath === undefined ? nova : { ...nova, instancesPath };
}

function readTools(facts: ReadonlyMap<string, string>): Readonly<Partial<Record<Tool, string>>> {
  return Object.fromEntries(
    TOOLS.flatMap((tool) => {
      const version = facts.get(`tool.${tool}`);
      return version === undefined ? [] : [[tool, version] as const];
    }),
  );
}

/** A line of passwd: name, password, uid, gid ... */
function readUser(host: string, name: string, line: string): HostFacts['novaUser'] {
  const [, , uid, gid] = line.split(':');
  if (uid === undefined || gid === undefined) {
    throw new Failure(
      'host.command-failed',
      `${host} has no user ${name}, as which nova-compute would run.`,
      {
        hint: 'Set the name of that user in the settings, or look whether this is a compute host.',
      },
    );
  }
  return { name, uid: Number(uid), gid: Number(gid) };
}
