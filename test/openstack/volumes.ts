import { z } from 'zod';
import type { Caller } from './api.ts';
import { until, type HostName } from './machines.ts';

/** Against hanging only. */
const BOUND_MS = 600_000;

const Volume = z.object({
  volume: z.object({
    status: z.string(),
    attachments: z.array(z.object({ server_id: z.string(), host_name: z.string().nullable() })),
  }),
});

/** What Cinder says of a volume. */
export interface VolumeSaid {
  readonly status: string;
  /** Whose it is, and where, for each attachment. */
  readonly attachments: readonly { readonly server: string; readonly host: string | null }[];
}

export async function cinderSays(caller: Caller, id: string): Promise<VolumeSaid> {
  const { volume } = Volume.parse(await caller.ask('block-storage', 'GET', `/volumes/${id}`));
  const attachments = volume.attachments.map(({ server_id: server, host_name: host }) => ({ server, host }));
  return { status: volume.status, attachments };
}

/** An empty volume of 1 GiB. */
export async function makeVolume(caller: Caller, name: string): Promise<string> {
  const Pools = z.object({ pools: z.array(z.unknown()) });
  await until('a place for volumes', BOUND_MS, async () => {
    const { pools } = Pools.parse(await caller.ask('block-storage', 'GET', '/scheduler-stats/get_pools'));
    return pools.length > 0 ? true : undefined;
  });
  const made = await caller.ask('block-storage', 'POST', '/volumes', { volume: { name, size: 1 } });
  const { id } = z.object({ volume: z.object({ id: z.string() }) }).parse(made).volume;
  await reached(caller, id, 'available');
  return id;
}

export async function attachVolume(caller: Caller, server: string, volume: string): Promise<void> {
  const body = { volumeAttachment: { volumeId: volume } };
  await caller.ask('compute', 'POST', `/servers/${server}/os-volume_attachments`, body);
  await reached(caller, volume, 'in-use');
}

const Attachments = z.object({ attachments: z.array(z.object({ id: z.string(), status: z.string() })) });

async function attachmentsOf(
  caller: Caller,
  volume: string,
): Promise<readonly { readonly id: string; readonly status: string }[]> {
  const listed = await caller.ask('block-storage', 'GET', `/attachments?volume_id=${volume}`);
  return Attachments.parse(listed).attachments;
}

/** Takes away attachments that Nova has made and then not used. */
export async function removeReserved(caller: Caller, volume: string): Promise<void> {
  for (const { id, status } of await attachmentsOf(caller, volume))
    if (status === 'reserved') await caller.ask('block-storage', 'DELETE', `/attachments/${id}`);
}

/** Once no guest has it any more. */
export async function removeVolume(caller: Caller, id: string): Promise<void> {
  await removeReserved(caller, id);
  await reached(caller, id, 'available');
  await caller.ask('block-storage', 'DELETE', `/volumes/${id}`);
}

async function reached(caller: Caller, id: string, status: string): Promise<void> {
  await until(`${status} of the volume ${id}`, BOUND_MS, async () => {
    const said = await cinderSays(caller, id);
    if (said.status.startsWith('error')) throw new Error(`the volume ${id} is in ${said.status}`);
    return said.status === status ? true : undefined;
  });
}

/** What is not as it should be when a guest on `host` has the volume, and nobody else. */
export async function untidyVolume(
  caller: Caller,
  server: string,
  volume: string,
  host: HostName,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const Attached = z.object({ volumeAttachments: z.array(z.object({ volumeId: z.string() })) });
  const listed = await caller.ask('compute', 'GET', `/servers/${server}/os-volume_attachments`);
  const volumes = Attached.parse(listed).volumeAttachments.map(({ volumeId }) => volumeId);
  if (volumes.join() !== volume) problems.push(`Nova has attached: ${volumes.join(', ') || 'nothing'}`);
  const { status, attachments } = await cinderSays(caller, volume);
  if (status !== 'in-use') problems.push(`Cinder says that the volume is ${status}`);
  const places = attachments.map((each) => `${each.server} on ${each.host ?? 'no host'}`).join(', ');
  if (places !== `${server} on ${host}`) problems.push(`Cinder has attached it to: ${places || 'nothing'}`);
  const made = (await attachmentsOf(caller, volume)).map((each) => each.status);
  if (made.join() !== 'attached') problems.push(`its attachments are: ${made.join(', ') || 'none'}`);
  return problems;
}
