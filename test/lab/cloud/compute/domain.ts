import { domainXml } from '../../hosts/domain-xml.ts';
import { instanceName } from '../api/server-view.ts';
import type { LabServer } from '../model.ts';
import { diskFormat, type Place } from './disks.ts';
import type { Engine } from './engine.ts';
import { NovaProblem } from './failures.ts';
import { diskNames } from './paths.ts';
import type { Session } from './session.ts';

const DEFINE = 'cat >"$1" && virsh define "$1"; code=$?; rm -f "$1"; exit $code';
const ROOT = { as: 'root' } as const;

export type DomainState = 'running' | 'shut off' | 'absent';

export async function domainState(session: Session, server: LabServer): Promise<DomainState> {
  const { code, stdout } = await session.run(['virsh', 'domstate', server.id], ROOT);
  if (code !== 0) return 'absent';
  return stdout.trim() === 'running' ? 'running' : 'shut off';
}

export async function defineDomain({ session, settings, paths, server }: Place): Promise<void> {
  const xml = domainXml({
    serverId: server.id,
    name: instanceName(server),
    memoryMib: server.flavor.ramMib,
    vcpus: server.flavor.vcpus,
    disks: diskNames(server).map((name) => ({
      path: paths.file(name),
      format: diskFormat(settings, name),
      ...(name === 'disk.config' && { device: 'cdrom' as const }),
    })),
  });
  await session.must(['sh', '-c', DEFINE, 'nova', `/tmp/${server.id}.xml`], { ...ROOT, stdin: xml });
}

export async function startDomain(session: Session, server: LabServer): Promise<void> {
  const { code, stderr } = await session.run(['virsh', 'start', server.id], ROOT);
  if (code !== 0) throw new NovaProblem('libvirtError', stderr.trim());
}

/** Ends and forgets the domain; one that is not there is no obstacle. */
export async function removeDomain(session: Session, server: LabServer): Promise<void> {
  const state = await domainState(session, server);
  if (state === 'running') await session.must(['virsh', 'destroy', server.id], ROOT);
  if (state !== 'absent') await session.must(['virsh', 'undefine', server.id], ROOT);
}

const POLL_MS = 200;

/** Asks the guest to shut down, waits as long as the host's `shutdown_timeout` says, then pulls the plug. */
export async function powerOff({ engine, session, settings, server }: Place): Promise<void> {
  if ((await domainState(session, server)) !== 'running') return;
  await session.run(['virsh', 'shutdown', server.id], ROOT);
  const deadlineMs = Date.now() + settings.shutdownTimeoutSeconds * 1000;
  while ((await domainState(session, server)) === 'running') {
    if (Date.now() >= deadlineMs) {
      await session.must(['virsh', 'destroy', server.id], ROOT);
      return;
    }
    await pause(engine, POLL_MS);
  }
}

async function pause(engine: Engine, ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      engine.timers.delete(timer);
      resolve();
    }, ms);
    engine.timers.add(timer);
  });
}

export interface AttachedDisk {
  readonly path: string;
  readonly type: string;
}

/** The disks that the defined domain has: this, and not the flavor, is what Nova copies. */
export async function domainDisks(session: Session, server: LabServer): Promise<readonly AttachedDisk[]> {
  const { code, stdout } = await session.run(['virsh', 'dumpxml', server.id, '--inactive'], ROOT);
  if (code !== 0) {
    throw new NovaProblem('InstanceNotFound', `Instance ${server.id} could not be found.`, 404);
  }
  return [...stdout.matchAll(/<disk [\s\S]*?<\/disk>/g)].flatMap(([disk]) => {
    const path = /<source file=['"]([^'"]+)['"]/.exec(disk)?.[1];
    const type = /<driver [^>]*type=['"]([^'"]+)['"]/.exec(disk)?.[1];
    return path === undefined ? [] : [{ path, type: type ?? 'raw' }];
  });
}
