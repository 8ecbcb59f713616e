import { z } from 'zod';
import { Refused, type Caller } from './api.ts';
import { ask, HOSTS, until, type HostName } from './machines.ts';

export const INSTANCES = '/var/lib/nova/instances';
/** Against hanging only: on a busy machine a guest takes minutes to come up. */
const BOUND_MS = 900_000;

const Server = z.object({
  server: z.object({
    id: z.string(),
    status: z.string(),
    locked: z.boolean(),
    'OS-EXT-STS:task_state': z.string().nullable(),
    'OS-EXT-STS:vm_state': z.string(),
    'OS-EXT-STS:power_state': z.number(),
    'OS-EXT-SRV-ATTR:host': z.string().nullable(),
    fault: z.object({ message: z.string() }).optional(),
  }),
});

/** What Nova says of a guest. */
export interface Said {
  readonly status: string;
  readonly vmState: string;
  readonly task: string | null;
  readonly isOn: boolean;
  readonly host: string | null;
  readonly isLocked: boolean;
  readonly fault: string | undefined;
}

export async function novaSays(caller: Caller, id: string): Promise<Said> {
  const { server } = Server.parse(await caller.ask('compute', 'GET', `/servers/${id}`));
  return {
    status: server.status,
    vmState: server['OS-EXT-STS:vm_state'],
    task: server['OS-EXT-STS:task_state'],
    isOn: server['OS-EXT-STS:power_state'] === 1,
    host: server['OS-EXT-SRV-ATTR:host'],
    isLocked: server.locked,
    fault: server.fault?.message,
  };
}

/** Waits until Nova has nothing to do with it and says this status. @throws if it goes to ERROR instead. */
export function settled(caller: Caller, id: string, status: string): Promise<Said> {
  return until(`${status} of ${id}`, BOUND_MS, async () => {
    const said = await novaSays(caller, id);
    if (said.status === 'ERROR' && status !== 'ERROR')
      throw new Error(`the guest is in ERROR: ${said.fault ?? 'no fault'}`);
    return said.status === status && said.task === null ? said : undefined;
  });
}

export interface GuestOptions {
  readonly name: string;
  readonly image: string;
  /** Its id: `plain`, `full`, or one that the scenario made. */
  readonly flavor: string;
  readonly host: HostName;
  readonly configDrive: boolean;
  readonly port: boolean;
  /** A server group that it is to be in. */
  readonly group?: string;
}

/** Asks for a guest; `booted` waits until it has come up for the first time. */
export async function makeGuest(caller: Caller, options: GuestOptions): Promise<string> {
  const made = await caller.ask('compute', 'POST', '/servers', {
    server: {
      name: options.name,
      imageRef: options.image,
      flavorRef: options.flavor,
      host: options.host,
      config_drive: options.configDrive,
      networks: options.port ? [{ uuid: await networkId(caller) }] : 'none',
    },
    ...(options.group !== undefined && { 'os:scheduler_hints': { group: options.group } }),
  });
  const { id } = z.object({ server: z.object({ id: z.string() }) }).parse(made).server;
  return id;
}

async function networkId(caller: Caller): Promise<string> {
  const listed = await caller.ask('network', 'GET', '/networks?name=local');
  const { networks } = z.object({ networks: z.array(z.object({ id: z.string() })) }).parse(listed);
  return z.string().parse(networks[0]?.id);
}

/** Status of the guest's port, `undefined` without one; and where Neutron thinks that it is. */
export async function portOf(
  caller: Caller,
  id: string,
): Promise<{ status: string; host: string } | undefined> {
  const listed = await caller.ask('network', 'GET', `/ports?device_id=${id}`);
  const Ports = z.object({ ports: z.array(z.object({ status: z.string(), 'binding:host_id': z.string() })) });
  const [port] = Ports.parse(listed).ports;
  return port && { status: port.status, host: port['binding:host_id'] };
}

/** Deletes a guest and waits until nothing of it is left with Nova. */
export async function removeGuest(caller: Caller, id: string): Promise<void> {
  const status = await caller.statusOf('compute', 'DELETE', `/servers/${id}`);
  if (status === 404) return;
  await until(`the end of ${id}`, BOUND_MS, async () => {
    try {
      await novaSays(caller, id);
      return undefined;
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return true;
      throw error;
    }
  });
  for (const host of HOSTS)
    await ask(host, 'find', INSTANCES, '-maxdepth', '2', '-name', `${id}*`, '-exec', 'rm', '-rf', '{}', '+');
}

/** The line that a guest says when it came up. */
export interface Boot {
  readonly boot: number;
  readonly payload: string;
  readonly ephemeral: string;
  readonly swap: string;
  /** Boots that saw a volume, `NONE` or `BAD`. */
  readonly volume: string;
  readonly config: string;
  readonly data: string;
}

const LINE =
  /COLDHAUL BOOT=(\d+) PAYLOAD=(\w+) EPHEMERAL=(\w+) SWAP=(\w+) VOLUME=(\w+) CONFIG=(\w+) DATA=(\w+)/g;

/** What the guest said last on this host's console; `undefined` if it did not come up there. */
export async function lastBoot(host: HostName, id: string): Promise<Boot | undefined> {
  const text = await ask(host, 'cat', `${INSTANCES}/${id}/console.log`);
  const found = [...(text ?? '').matchAll(LINE)].at(-1);
  if (found === undefined) return undefined;
  const [, boot = '', payload = '', ephemeral = '', swap = '', volume = '', config = '', data = ''] = found;
  return { boot: Number(boot), payload, ephemeral, swap, volume, config, data };
}

/** Waits until the guest came up there, for the `least`th time at least. */
export function booted(host: HostName, id: string, least = 1): Promise<Boot> {
  return until(`boot ${String(least)} of ${id} on ${host}`, BOUND_MS, async () => {
    const boot = await lastBoot(host, id);
    return boot !== undefined && boot.boot >= least ? boot : undefined;
  });
}
