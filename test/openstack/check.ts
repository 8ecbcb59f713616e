import { z } from 'zod';
import type { Caller } from './api.ts';
import { novaSays, INSTANCES, portOf } from './guests.ts';
import { ask, HOSTS, otherHost, type HostName } from './machines.ts';

/**
 * Names, owners and modes in a directory, one a line; `undefined` if there is none. Without the console: Nova makes it
 * anew for nova, and it is root's only from the next start on.
 */
export async function listing(host: HostName, directory: string): Promise<string | undefined> {
  const others = ['!', '-name', 'console.log', '-printf', '%P %u:%g %m\\n'];
  const found = await ask(host, 'find', directory, ...others);
  return found?.split('\n').sort().join('\n').trim();
}

const Allocations = z.object({ allocations: z.record(z.string(), z.unknown()) });
const Providers = z.object({ resource_providers: z.array(z.object({ uuid: z.string(), name: z.string() })) });

/** Names of the hosts on which Placement has something for the guest. */
export async function allocatedOn(caller: Caller, id: string): Promise<readonly string[]> {
  const { allocations } = Allocations.parse(await caller.ask('placement', 'GET', `/allocations/${id}`));
  const listed = await caller.ask('placement', 'GET', '/resource_providers');
  const { resource_providers: providers } = Providers.parse(listed);
  return Object.keys(allocations).map((uuid) => providers.find((known) => known.uuid === uuid)?.name ?? uuid);
}

/** What is not needed any more is set aside on purpose, and not deleted; a forgotten domain's XML, too. */
function isKept(name: string): boolean {
  return name.includes('.kept-') || name.endsWith('.domain.xml');
}

/** What is not as it should be when a guest belongs to `host` and no migration of it is open. */
export async function untidy(caller: Caller, id: string, host: HostName): Promise<readonly string[]> {
  const problems: string[] = [];
  const said = await novaSays(caller, id);
  if (said.host !== host) problems.push(`Nova says that it is on ${said.host ?? 'no host'}, not on ${host}`);
  if (said.isLocked) problems.push('it is still locked');
  const domains = [];
  for (const each of HOSTS) if ((await ask(each, 'virsh', 'domid', id)) !== undefined) domains.push(each);
  if (domains.join() !== host) problems.push(`a domain on: ${domains.join(', ') || 'no host'}`);
  const allocated = await allocatedOn(caller, id);
  if (allocated.join() !== host) problems.push(`allocations on: ${allocated.join(', ') || 'no host'}`);
  const port = await portOf(caller, id);
  if (port !== undefined && port.host !== host) problems.push(`its port is bound to ${port.host}`);
  for (const each of HOSTS) {
    const left = await ask(each, 'find', INSTANCES, '-maxdepth', '2', '-name', `${id}*`);
    const names = (left ?? '')
      .split('\n')
      .filter((name) => name !== '' && name !== `${INSTANCES}/${id}` && !isKept(name));
    if (names.length > 0) problems.push(`left on ${each}: ${names.join(', ')}`);
  }
  if ((await listing(otherHost(host), `${INSTANCES}/${id}`)) !== undefined)
    problems.push(`its directory is also on ${otherHost(host)}`);
  return problems;
}
