import { z } from 'zod';
import type { NetworkAgent, Port } from '../../domain/surroundings.ts';
import type { Client } from './client.ts';
import { readBody } from './read-body.ts';

const Ports = z.object({
  ports: z.array(
    z.object({
      id: z.string(),
      /** The binding fields are shown to admins only. */
      'binding:vnic_type': z.string().nullish(),
      'binding:vif_type': z.string().nullish(),
      'binding:host_id': z.string().nullish(),
    }),
  ),
});

const Agents = z.object({
  agents: z.array(
    z.object({ host: z.string(), agent_type: z.string(), binary: z.string().nullish(), alive: z.boolean() }),
  ),
});

/** Agents that plug the ordinary ports of instances (neutron-lib, constants AGENT_TYPE_*, and OVN's own). */
const PLUGS = /^(?:Open vSwitch|Linux bridge|OVN Controller)\b/i;
/** A host of OVN that is a gateway, too, has its agent under this name, and plugs ports as any other. */
const GATEWAY = 'OVN Controller Gateway agent';

/** The ports of a server. */
export async function listPorts(
  client: Client,
  serverId: string,
  signal?: AbortSignal,
): Promise<readonly Port[]> {
  const act = `list the ports of server ${serverId}`;
  const { ports } = await ask(
    client,
    Ports,
    act,
    `/ports?${new URLSearchParams({ device_id: serverId }).toString()}`,
    signal,
  );
  return ports.map((port) => ({
    id: port.id,
    vnicType: port['binding:vnic_type'] ?? undefined,
    vifType: port['binding:vif_type'] ?? undefined,
    hostId: port['binding:host_id'] ?? undefined,
  }));
}

/** What Neutron has running on these hosts. */
export async function listNetworkAgents(
  client: Client,
  hosts: readonly string[],
  signal?: AbortSignal,
): Promise<readonly NetworkAgent[]> {
  const lists = await Promise.all(
    hosts.map(async (host) => {
      const query = new URLSearchParams({ host }).toString();
      return (await ask(client, Agents, `list network agents of ${host}`, `/agents?${query}`, signal)).agents;
    }),
  );
  return lists.flat().map((agent) => ({
    host: agent.host,
    type: agent.agent_type === GATEWAY ? 'OVN Controller agent' : agent.agent_type,
    alive: agent.alive,
    plugs: PLUGS.test(agent.agent_type),
  }));
}

async function ask<Schema extends z.ZodType>(
  client: Client,
  schema: Schema,
  act: string,
  path: string,
  signal?: AbortSignal,
): Promise<z.output<Schema>> {
  const { url } = await client.endpoint('network', signal);
  const root = url.replace(/\/v\d+(\.\d+)?$/, '');
  const { question, answer } = await client.call(
    { service: 'network', method: 'GET', url: `${root}/v2.0${path}`, act },
    signal,
  );
  return readBody(schema, question, answer);
}
