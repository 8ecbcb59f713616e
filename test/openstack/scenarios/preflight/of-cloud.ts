import { z } from 'zod';
import { settled } from '../../guests.ts';
import type { HostName } from '../../machines.ts';
import type { Stage } from '../../scenario.ts';
import type { Obstacle } from './obstacle.ts';

type Caller = Stage['caller'];

/** What Nova itself says against a move. */
export function ofCloud({ caller, to, image }: Stage, id: string): readonly Obstacle[] {
  const action = (body: unknown): Promise<unknown> =>
    caller.ask('compute', 'POST', `/servers/${id}/action`, body);
  return [
    {
      id: 'server.lock',
      verdict: 'block',
      make: () => action({ lock: { locked_reason: 'a test' } }),
      undo: () => action({ unlock: null }),
    },
    {
      id: 'server.state',
      verdict: 'block',
      make: () => action({ 'os-resetState': { state: 'error' } }),
      undo: async () => {
        await action({ 'os-resetState': { state: 'active' } });
        await settled(caller, id, 'ACTIVE');
      },
    },
    {
      id: 'destination.service',
      verdict: 'block',
      make: () => changeService(caller, to, { status: 'disabled' }),
      undo: () => changeService(caller, to, { status: 'enabled' }),
    },
    {
      id: 'destination.service',
      verdict: 'block',
      make: () => changeService(caller, to, { forced_down: true }),
      undo: () => changeService(caller, to, { forced_down: false }),
    },
    {
      // Its base is staged before the stop, so that nobody asks Glance for it.
      id: 'image.state',
      verdict: 'note',
      make: () => caller.ask('image', 'POST', `/images/${image}/actions/deactivate`),
      // Once more when the image is gone: then there is nothing to undo.
      undo: () => caller.statusOf('image', 'POST', `/images/${image}/actions/reactivate`),
    },
    inAggregate(caller, to, 'destination.aggregates', 'warn', null, { filter_tenant_id: 'somebody-else' }),
    inAggregate(caller, to, 'server.zone', 'note', 'elsewhere', {}),
    fullInPlacement(caller, to),
  ];
}

const Services = z.object({ services: z.array(z.object({ id: z.string() })) });

async function changeService(caller: Caller, host: HostName, change: object): Promise<void> {
  const said = await caller.ask('compute', 'GET', `/os-services?binary=nova-compute&host=${host}`);
  const [service] = Services.parse(said).services;
  await caller.ask('compute', 'PUT', `/os-services/${service?.id ?? ''}`, change);
}

const Made = z.object({ aggregate: z.object({ id: z.number() }) });

/** The host in an aggregate of its own, with a zone or with metadata. */
function inAggregate(
  caller: Caller,
  host: HostName,
  id: string,
  verdict: Obstacle['verdict'],
  zone: string | null,
  metadata: Readonly<Record<string, string>>,
): Obstacle {
  let made: string | undefined;
  const act = (body: unknown): Promise<unknown> =>
    caller.ask('compute', 'POST', `/os-aggregates/${made ?? ''}/action`, body);
  return {
    id,
    verdict,
    async make() {
      const aggregate = { name: `of ${id}`, availability_zone: zone };
      made = String(
        Made.parse(await caller.ask('compute', 'POST', '/os-aggregates', { aggregate })).aggregate.id,
      );
      if (Object.keys(metadata).length > 0) await act({ set_metadata: { metadata } });
      await act({ add_host: { host } });
    },
    async undo() {
      if (made === undefined) return;
      await act({ remove_host: { host } });
      await caller.ask('compute', 'DELETE', `/os-aggregates/${made}`);
      made = undefined;
    },
  };
}

const Providers = z.object({ resource_providers: z.array(z.object({ uuid: z.string() })) });
const Inventory = z.looseObject({
  total: z.number(),
  reserved: z.number(),
  resource_provider_generation: z.number(),
});

/** All of the host's disk is reserved; nova-compute writes its own number again within a minute. */
function fullInPlacement(caller: Caller, host: HostName): Obstacle {
  const path = async (): Promise<string> => {
    const said = await caller.ask('placement', 'GET', `/resource_providers?name=${host}`);
    const [provider] = Providers.parse(said).resource_providers;
    return `/resource_providers/${provider?.uuid ?? ''}/inventories/DISK_GB`;
  };
  const reserve = async (wanted: (total: number) => number): Promise<void> => {
    const at = await path();
    const inventory = Inventory.parse(await caller.ask('placement', 'GET', at));
    await caller.ask('placement', 'PUT', at, { ...inventory, reserved: wanted(inventory.total) });
  };
  return {
    id: 'destination.capacity',
    verdict: 'block',
    make: () => reserve((total) => total),
    undo: () => reserve(() => 0),
  };
}
