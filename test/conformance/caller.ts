import { z } from 'zod';
import type { Credentials, LabCloud } from '../lab/cloud/lab-cloud.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Somebody with a token, who talks to the cloud over real HTTP. */
export interface Caller {
  readonly token: string;
  get(path: string): Promise<Answer>;
  act(serverId: string, body: unknown): Promise<Answer>;
}

export async function login(cloud: LabCloud, who: Credentials = cloud.credentials.admin): Promise<Caller> {
  const domain = { id: who.domainId };
  const user = { name: who.userName, password: who.password, domain };
  const scope = { project: { name: who.projectName, domain } };
  const auth = { identity: { methods: ['password'], password: { user } }, scope };
  const answer = await fetch(`${who.authUrl}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth }),
  });
  if (answer.status !== 201) throw new Error(`login: ${answer.status} ${await answer.text()}`);
  const token = answer.headers.get('x-subject-token') ?? '';
  const ask = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${cloud.urls.compute}/v2.1${path}`, {
      method,
      headers: { 'x-auth-token': token, 'openstack-api-version': 'compute 2.92' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? null : JSON.parse(text),
    };
  };
  return {
    token,
    get: (path) => ask('GET', path),
    act: (serverId, body) => ask('POST', `/servers/${serverId}/action`, body),
  };
}

const ServerBody = z.object({
  server: z.object({
    status: z.string(),
    'OS-EXT-STS:task_state': z.string().nullable(),
    'OS-EXT-STS:vm_state': z.string(),
    'OS-EXT-STS:power_state': z.number(),
    'OS-EXT-SRV-ATTR:host': z.string(),
    fault: z.object({ message: z.string(), details: z.string().optional() }).optional(),
  }),
});

/** What a GET of the server tells, with short names. */
export async function look(caller: Caller, serverId: string) {
  const { server } = ServerBody.parse((await caller.get(`/servers/${serverId}`)).body);
  return {
    status: server.status,
    task: server['OS-EXT-STS:task_state'],
    vm: server['OS-EXT-STS:vm_state'],
    power: server['OS-EXT-STS:power_state'],
    host: server['OS-EXT-SRV-ATTR:host'],
    fault: server.fault,
  };
}

const ActionsBody = z.object({
  instanceActions: z.array(z.object({ action: z.string(), request_id: z.string() })),
});

const ActionBody = z.object({
  instanceAction: z.object({
    message: z.string().nullable(),
    events: z.array(
      z.object({
        event: z.string(),
        host: z.string(),
        result: z.string().nullable(),
        details: z.string().nullable(),
      }),
    ),
  }),
});

/** The newest action of this name, with its events, oldest first. */
export async function lastAction(caller: Caller, serverId: string, name: string) {
  const path = `/servers/${serverId}/os-instance-actions`;
  const { instanceActions } = ActionsBody.parse((await caller.get(path)).body);
  const found = instanceActions.find(({ action }) => action === name);
  if (found === undefined) throw new Error(`no action ${name}`);
  const { instanceAction } = ActionBody.parse((await caller.get(`${path}/${found.request_id}`)).body);
  return { message: instanceAction.message, events: instanceAction.events.toReversed() };
}

const MigrationsBody = z.object({
  migrations: z.array(z.object({ status: z.string(), dest_host: z.string().nullable() })),
});

/** Rows of os-migrations, newest first. */
export async function migrationRows(caller: Caller, serverId: string) {
  const { body } = await caller.get(`/os-migrations?instance_uuid=${serverId}`);
  return MigrationsBody.parse(body).migrations;
}
