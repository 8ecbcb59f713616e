import type { DomainState, FileState, InstanceDirectory, InstanceOnHost } from '../../domain/host.ts';
import {
  cutMiddle,
  fileName,
  instanceDirectory,
  resizeDirectory,
  stageDirectory,
} from '../../domain/naming.ts';
import type { Shell } from '../../domain/ports.ts';
import { runScript } from '../jobs/run-script.ts';
import { closeLookOf } from './close-look.ts';
import { type FoundFile, isDiskName, roleOf } from './files.ts';
import { domainFilesOf, usualPath } from './domain-files.ts';
import { firmwareOf } from './firmware.ts';
import { type DomainAnswer, type Process, type Records, readRecords } from './records.ts';
import { EVERY_ID, INSTANCE_SCRIPT, LOOK_SCRIPT } from './scripts/instance.ts';

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const COPIERS: ReadonlySet<string> = new Set([
  'rsync',
  'scp',
  'sftp-server',
  'ssh',
  'qemu-img',
  'qemu-nbd',
  'cp',
  'dd',
]);
const COMMAND_CHARACTERS = 200;

/** One instance on one host. `undefined` for the id reads them all. */
export async function readInstances(
  shell: Shell,
  instancesPath: string,
  serverId: string | undefined,
  signal?: AbortSignal,
  closely?: { readonly instanceName: string | undefined },
): Promise<ReadonlyMap<string, InstanceOnHost>> {
  const isClose = closely !== undefined && serverId !== undefined;
  const args = [instancesPath, serverId ?? EVERY_ID, LOOK_SCRIPT, isClose ? 'yes' : 'no', oldName(closely)];
  const options = { ...(signal !== undefined && { signal }) };
  const records = readRecords(
    shell.host,
    await runScript(shell, 'read the instances', INSTANCE_SCRIPT, args, options),
  );
  const ids =
    serverId === undefined
      ? records.files.filter(({ type }) => type === 'd').flatMap(({ state }) => idsIn(fileName(state.path)))
      : [serverId];
  return new Map(
    [...new Set(ids)].sort().map((id) => [id, assemble(shell.host, instancesPath, id, records, isClose)]),
  );
}

/** Only the name that Nova makes by its default template, for it becomes part of a path. */
function oldName(closely: { readonly instanceName: string | undefined } | undefined): string {
  const name = closely?.instanceName ?? '';
  return /^instance-[0-9a-f]{8}$/.test(name) ? name : '';
}

function assemble(
  host: string,
  instancesPath: string,
  id: string,
  records: Records,
  isClose: boolean,
): InstanceOnHost {
  const directory = (path: string): InstanceDirectory | undefined => readDirectory(path, records);
  const own = directory(instanceDirectory(instancesPath, id));
  const stage = directory(stageDirectory(instancesPath, id));
  const usual = (path: string): string => usualPath(path, own, stage);
  const holds = (text: string): boolean => idsIn(text).includes(id);
  const names = new Set([id, `${id}_resize`, `_coldhaul/${id}`]);
  const opened = records.opened.filter(({ path }) => holds(path));
  const pids = new Set(opened.map(({ pid }) => pid));
  const openers = opened.flatMap(({ pid, path }) => {
    const process = records.openers.find((opener) => opener.pid === pid);
    return process === undefined || isGlance(process.words) ? [] : [{ process, path: usual(path) }];
  });
  const files = domainFilesOf(records.domains.get(id)?.disks ?? '');
  const second = files.filter((path) => usual(path) !== path);
  return {
    host,
    directory: own,
    resizeDirectory: directory(resizeDirectory(instancesPath, id)),
    stage,
    leftovers: records.names.filter((name) => holds(name) && !names.has(name)),
    domain: domainState(records.domains.get(id)),
    hasNvram: records.domains.get(id)?.hasNvram ?? false,
    firmware: firmwareOf(records.domains.get(id)?.os ?? ''),
    domainFiles: files.map(usual),
    ...(second.length > 0 && { secondNames: second }),
    openBy: records.openers.filter(({ pid, words }) => pids.has(pid) && !isGlance(words)).map(describe),
    copyProcesses: records.naming
      .filter(({ words }) => words.some(holds) && COPIERS.has(fileName(words[0] ?? '')) && !isGlance(words))
      .map(describe),
    ...(isClose && { close: closeLookOf(records, id, { openers, usual, describe }) }),
  };
}

function readDirectory(path: string, records: Records): InstanceDirectory | undefined {
  const own = records.files.find(({ type, state }) => type === 'd' && state.path === path);
  if (own === undefined) return undefined;
  const inside = records.files.filter(({ state }) => state.path.startsWith(`${path}/`));
  const isDisk = ({ state }: FoundFile): boolean => isDiskName(fileName(state.path));
  const { uid, gid, mode } = own.state;
  return {
    path,
    uid,
    gid,
    mode,
    disks: inside.filter(isDisk).map((file) => ({ ...diskOf(file, records) })),
    others: inside.filter((file) => !isDisk(file)).map(({ state }): FileState => state),
  };
}

function diskOf({ type, state }: FoundFile, records: Records): InstanceDirectory['disks'][number] {
  const name = fileName(state.path);
  const seen = records.chains.get(state.path) ?? {
    chain: [],
    problem: 'it vanished while the host was read',
  };
  const result = type === 'f' ? seen : { chain: [], problem: 'it is not a plain file' };
  return { ...state, name, role: roleOf(name), ...result };
}

function idsIn(text: string): readonly string[] {
  return text.match(ID) ?? [];
}

/** Words of virsh (tools/virsh-domain-monitor.c); `crashed` and `no state` tell nothing that one could act on, and neither does a broken connection. */
function domainState(answer: DomainAnswer | undefined): DomainState {
  if (answer === undefined) return 'unknown';
  const said = answer.said.trim();
  if (answer.code !== 0) return said === 'unlisted' || /domain not found/i.test(said) ? 'absent' : 'unknown';
  switch (said) {
    case 'running':
    case 'idle':
    case 'in shutdown':
      return 'running';
    case 'paused':
    case 'pmsuspended':
      return 'paused';
    case 'shut off':
      return 'shut off';
    default:
      return 'unknown';
  }
}

/** Our own look at an image, from another call: it only reads, takes no lock and is gone soon. */
function isGlance(words: readonly string[]): boolean {
  if (fileName(words[0] ?? '') !== 'qemu-img') return false;
  return (
    words[1] === 'info' || (words[1] === 'check' && words.includes('--output=json') && !words.includes('-r'))
  );
}

function describe({ pid, words }: Process): string {
  return `${pid} ${cutMiddle(words.join(' '), COMMAND_CHARACTERS)}`;
}
