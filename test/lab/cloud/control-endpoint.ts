import { z } from 'zod';
import { asRecord, type ApiAnswer, type ApiRequest } from './api/exchange.ts';
import { listen, type Listener } from './api/listener.ts';
import type { ApiFaults } from './api/misbehave.ts';
import { POINTS } from './compute/engine.ts';
import { OWNER_ACTS, type Control } from './control.ts';
import type { CloudState } from './model.ts';
import { statusOf } from './records.ts';

const Host = z.string();
const On = z.boolean().default(true);

/** `POST /fault` takes one of these. The names are what `npm run lab -- fault NAME` offers. */
export const FaultOrder = z.discriminatedUnion('name', [
  z.object({ name: z.literal('token-life'), seconds: z.number() }),
  z.object({ name: z.literal('expire-tokens') }),
  z.object({ name: z.literal('expire-at-finish') }),
  z.object({ name: z.literal('kill-compute'), host: Host }),
  z.object({ name: z.literal('kill-at-copy'), host: Host }),
  z.object({ name: z.literal('restart-compute'), host: Host }),
  z.object({
    name: z.literal('service'),
    host: Host,
    enabled: z.boolean().optional(),
    forcedDown: z.boolean().optional(),
  }),
  z.object({ name: z.literal('delete-image'), image: z.string() }),
  z.object({ name: z.literal('wrong-address'), host: Host, on: On }),
  z.object({ name: z.literal('slow-copy'), host: Host, kibPerSecond: z.number().optional() }),
  z.object({ name: z.literal('refuse-ssh'), host: Host, on: On }),
  z.object({ name: z.literal('fill'), host: Host, leaveBytes: z.number().optional() }),
  z.object({ name: z.literal('ignore-shutdown'), server: z.string(), on: On }),
  z.object({
    name: z.literal('network-fails'),
    host: Host,
    how: z.enum(['refused', 'unauthorized']).optional(),
  }),
  z.object({
    name: z.literal('api'),
    kind: z.union([z.number(), z.enum(['garbage', 'half', 'hang', 'reset'])]),
    times: z.number().default(1),
    path: z.string().default(''),
  }),
  z.object({
    name: z.literal('owner'),
    server: z.string(),
    act: z.enum(OWNER_ACTS),
    at: z.enum(POINTS).optional(),
  }),
]);
export type FaultOrder = z.output<typeof FaultOrder>;

/** A small API to order trouble and to look at the cloud, on a port of its own. */
export function serveControl(state: CloudState, control: Control, faults: ApiFaults): Promise<Listener> {
  return listen({
    service: 'control',
    faults,
    log: () => undefined,
    answer: (request) => answer(state, control, request),
  });
}

async function answer(state: CloudState, control: Control, request: ApiRequest): Promise<ApiAnswer> {
  const headers = { 'Content-Type': 'application/json' };
  if (request.method === 'GET' && request.path === '/state')
    return { status: 200, headers, body: overview(state) };
  if (request.method !== 'POST' || request.path !== '/fault') {
    return { status: 404, headers, body: { message: 'GET /state and POST /fault are what there is.' } };
  }
  const order = FaultOrder.safeParse(asRecord(request.body));
  if (!order.success) return { status: 400, headers, body: { message: z.prettifyError(order.error) } };
  try {
    await obey(control, order.data);
  } catch (error) {
    return {
      status: 409,
      headers,
      body: { message: error instanceof Error ? error.message : String(error) },
    };
  }
  return { status: 200, headers, body: { ordered: order.data } };
}

/** Carries out one order. @throws Error if the lab has no such host, server or image. */
export async function obey(control: Control, order: FaultOrder): Promise<void> {
  switch (order.name) {
    case 'token-life':
      control.setTokenLife(order.seconds);
      break;
    case 'expire-tokens':
      control.expireTokens();
      break;
    case 'expire-at-finish':
      control.at({
        point: 'before-finish',
        act: () => {
          control.expireTokens();
        },
      });
      break;
    case 'kill-compute':
      control.killCompute(order.host);
      break;
    case 'kill-at-copy':
      control.at({
        point: 'copy-file',
        act: () => {
          control.killCompute(order.host);
        },
      });
      break;
    case 'restart-compute':
      await control.restartCompute(order.host);
      break;
    case 'service':
      control.setService(order.host, {
        ...(order.enabled !== undefined && { enabled: order.enabled }),
        ...(order.forcedDown !== undefined && { forcedDown: order.forcedDown }),
      });
      break;
    case 'delete-image':
      control.deleteImage(order.image);
      break;
    case 'wrong-address':
      control.wrongAddress(order.host, order.on);
      break;
    case 'slow-copy':
      control.slowCopy(order.host, order.kibPerSecond);
      break;
    case 'refuse-ssh':
      await control.refuseSsh(order.host, order.on);
      break;
    case 'fill':
      await control.fill(order.host, order.leaveBytes);
      break;
    case 'ignore-shutdown':
      await control.ignoreShutdown(order.server, order.on);
      break;
    case 'network-fails':
      control.networkFails(order.host, order.how);
      break;
    case 'api':
      control.apiFault({ kind: order.kind, times: order.times, path: order.path });
      break;
    case 'owner':
      await interfere(control, order);
      break;
  }
}

async function interfere(control: Control, order: Extract<FaultOrder, { name: 'owner' }>): Promise<void> {
  const act = async (): Promise<void> => {
    await control.owner(order.server, order.act);
  };
  if (order.at === undefined) await act();
  else control.at({ point: order.at, serverId: order.server, act });
}

function overview(state: CloudState) {
  return {
    hosts: state.computes
      .filter(({ host }) => host !== undefined)
      .map(({ name, address, enabled, forcedDown, alive }) => ({
        name,
        address,
        enabled,
        forcedDown,
        alive,
      })),
    images: [...state.images.values()].map(({ id, name, deleted }) => ({ id, name, deleted })),
    servers: [...state.servers.values()]
      .filter(({ deleted }) => !deleted)
      .map((server) => ({
        id: server.id,
        name: server.name,
        host: server.host,
        status: statusOf(server),
        taskState: server.taskState,
        fault: server.fault?.message,
      })),
    migrations: state.migrations,
    copies: state.copies,
  };
}
