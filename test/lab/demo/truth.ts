import type { MigrationView } from '../../../main/contract/views.ts';
import { digestArgv } from '../../../main/domain/digest.ts';
import { COMPARISON } from '../../../main/domain/facts.ts';
import { lastBoot, type BootLine } from '../hosts/guest-layout.ts';
import type { LabHost } from '../types.ts';
import { INSTANCES_PATH } from '../types.ts';

/** A question to the files of the lab's hosts, asked beside the product and not through it. */
async function ask(host: LabHost, argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await host.exec(argv);
  if (code !== 0) throw new Error(`${argv.join(' ')} on ${host.name}: ${stderr.trim()}`);
  return stdout;
}

/** What the guest said at its last boot on this host; `undefined` if it never came up there. */
export async function bootOn(host: LabHost, serverId: string): Promise<BootLine | undefined> {
  const { code, stdout } = await host.exec(['cat', `${INSTANCES_PATH}/${serverId}/console.log`]);
  return code === 0 ? lastBoot(stdout) : undefined;
}

export async function exists(host: LabHost, path: string): Promise<boolean> {
  return (await host.exec(['test', '-e', path])).code === 0;
}

export async function domainState(host: LabHost, serverId: string): Promise<string> {
  const { code, stdout } = await host.exec(['virsh', 'domstate', serverId]);
  return code === 0 ? stdout.trim() : 'absent';
}

/**
 * At VERIFY_RESIZE: what the report says of digests is true of the files. The source's are read again in `_resize`;
 * the destination's too, unless the guest, which runs there, has written to the file since.
 *
 * @returns what is not true; empty if all is.
 */
export async function untrueDigests(
  migration: MigrationView,
  source: LabHost,
  destination: LabHost,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const { id } = migration.server;
  for (const { name, role, digest } of migration.disks.filter((disk) => disk.state !== 'remade by Nova')) {
    if (digest === undefined) {
      problems.push(`${name} has no digest`);
      continue;
    }
    // There is no file at the source with the same bytes; both ends are looked at elsewhere.
    if (digest.algorithm === COMPARISON) continue;
    const { algorithm } = digest;
    const old = `${INSTANCES_PATH}/${id}_resize/${name}`;
    const read = async (host: LabHost, path: string): Promise<string> =>
      (await ask(host, digestArgv(algorithm, path))).trim().split(' ')[0] ?? '';
    if ((await read(source, old)) !== digest.source)
      problems.push(`${name}: the source file has another digest`);
    if (digest.source !== digest.destination) problems.push(`${name}: the digests differ`);
    // Nova writes disk.info anew, and a guest that runs writes to its disks.
    if (role === 'other' || (migration.running && role !== 'config')) continue;
    if ((await read(destination, `${INSTANCES_PATH}/${id}/${name}`)) !== digest.destination)
      problems.push(`${name}: the destination file has another digest`);
  }
  return problems;
}

/** After the confirm: the instance is at the destination, and only there. */
export async function untrueEnd(
  serverId: string,
  source: LabHost,
  destination: LabHost,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const path of [serverId, `${serverId}_resize`]) {
    if (await exists(source, `${INSTANCES_PATH}/${path}`))
      problems.push(`${path} is still on ${source.name}`);
  }
  if (!(await exists(destination, `${INSTANCES_PATH}/${serverId}/disk`)))
    problems.push(`${destination.name} has no disk`);
  if ((await domainState(source, serverId)) !== 'absent')
    problems.push(`${source.name} still has the domain`);
  if ((await domainState(destination, serverId)) !== 'running')
    problems.push(`${destination.name} does not run it`);
  return problems;
}
