import { Failure } from '../../domain/failure.ts';
import { type HostFacts, type NovaSettings, type Tool, TOOLS } from '../../domain/host.ts';
import type { Shell } from '../../domain/ports.ts';
import { runScript } from '../jobs/run-script.ts';
import { type ConfigFile, readNovaSettings } from './nova-conf.ts';
import { CONFIG_SCRIPT, FACTS_SCRIPT, FILE_SYSTEM_SCRIPT } from './scripts/facts.ts';

export interface FactsOrder {
  readonly novaUser: string;
  readonly configFiles: readonly string[];
  /** Overrides what the configuration says. */
  readonly instancesPath: string | undefined;
}

/** @throws Failure `host.command-failed`, also if the host has no such user. */
export async function readFacts(shell: Shell, order: FactsOrder, signal?: AbortSignal): Promise<HostFacts> {
  const options = { ...(signal !== undefined && { signal }) };
  const args = [order.novaUser, ...order.configFiles];
  const pairs = readPairs(await runScript(shell, 'read the facts', FACTS_SCRIPT, args, options));
  const single = new Map(pairs);
  const nova = novaSettings(pairs, order.instancesPath);
  const room = await runScript(
    shell,
    'read the room for instances',
    FILE_SYSTEM_SCRIPT,
    [nova.instancesPath],
    options,
  );
  return {
    hostname: single.get('hostname') ?? '',
    bootId: single.get('boot') ?? '',
    clockMs: Number(single.get('clock')),
    cpuHasAes: single.get('aes') === '1',
    cores: Number(single.get('cores')),
    nova,
    novaUser: readUser(shell.host, order.novaUser, single.get('user') ?? ''),
    tools: readTools(single),
    instancesFileSystem: readRoom(room),
  };
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
  return novaSettings(readPairs(stdout), order.instancesPath);
}

type Pair = readonly [name: string, value: string];

function readPairs(stdout: string): readonly Pair[] {
  const fields = stdout.split('\0');
  return Array.from({ length: Math.floor(fields.length / 2) }, (_, index) => [
    fields[2 * index] ?? '',
    fields[2 * index + 1] ?? '',
  ]);
}

function novaSettings(pairs: readonly Pair[], instancesPath: string | undefined): NovaSettings {
  const files = pairs.flatMap(([name, path], index): ConfigFile[] =>
    name === 'file' ? [{ path, text: pairs[index + 1]?.[1] ?? '' }] : [],
  );
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

function readRoom(text: string): HostFacts['instancesFileSystem'] {
  const [numbers = '', type = '', device = ''] = text.split('\n');
  const [free = 0, total = 0, block = 0, freeInodes = 0] = numbers.split(' ').map(Number);
  return { freeBytes: free * block, totalBytes: total * block, freeInodes, type, device };
}
