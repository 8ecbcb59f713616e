import { z } from 'zod';
import { settled } from '../../guests.ts';
import type { HostName } from '../../machines.ts';
import type { Stage } from '../../scenario.ts';
import type { Obstacle } from './obstacle.ts';

type Caller = Stage['caller'];

/** What Nova itself says against a move. */
export function ofCloud({ caller, to }: Stage, id: string): readonly Obstacle[] {
  const action = (body: unknown): Promise<unknown> =>
    caller.ask('compute', 'POST', `/servers/${id}/action`, body);
  let aggregate = '';
  const ofAggregate = (body: unknown): Promise<unknown> =>
    caller.ask('compute', 'POST', `/os-aggregates/${aggregate}/action`, body);
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
      make: () => enable(caller, to, 'disabled'),
      undo: () => enable(caller, to, 'enabled'),
    },
    {
      id: 'destination.aggregates',
      verdict: 'warn',
      make: async () => {
        aggregate = await newAggregate(caller);
        await ofAggregate({ set_metadata: { metadata: { filter_tenant_id: 'somebody-else' } } });
        await ofAggregate({ add_host: { host: to } });
      },
      undo: async () => {
        if (aggregate === '') return;
        const gone = aggregate;
        await ofAggregate({ remove_host: { host: to } });
        aggregate = '';
        await caller.ask('compute', 'DELETE', `/os-aggregates/${gone}`);
      },
    },
  ];
}

const Services = z.object({ services: z.array(z.object({ id: z.string() })) });

async function enable(caller: Caller, host: HostName, status: 'enabled' | 'disabled'): Promise<void> {
  const said = await caller.ask('compute', 'GET', `/os-services?binary=nova-compute&host=${host}`);
  const [service] = Services.parse(said).services;
  await caller.ask('compute', 'PUT', `/os-services/${service?.id ?? ''}`, { status });
}

const Made = z.object({ aggregate: z.object({ id: z.number() }) });

async function newAggregate(caller: Caller): Promise<string> {
  const made = await caller.ask('compute', 'POST', '/os-aggregates', {
    aggregate: { name: 'kept for others', availability_zone: null },
  });
  return String(Made.parse(made).aggregate.id);
}
