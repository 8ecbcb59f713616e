import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabServer } from '../lab/cloud/model.ts';
import { login } from './caller.ts';
import { differences, readRecordings, shapeOf, type Recording } from './recording.ts';
import { mendAll, openStage, SCENES, type Stage } from './scenes.ts';

/** Recordings that the lab does not answer, and why. */
const NOT_REPLAYED: Readonly<Record<string, string>> = {
  'evacuate-active': 'the lab does not evacuate: Coldhaul offers it only as a last resort, by hand',
  'evacuate-host-still-up-400': 'the lab does not evacuate',
  'evacuate-noseed': 'the lab does not evacuate',
  'evacuate-stopped': 'the lab does not evacuate',
  'resize-no-valid-host': 'the lab has no resize to another flavor',
  'resize-no-valid-host-action-after': 'the lab has no resize to another flavor',
  'resize-no-valid-host-server-after': 'the lab has no resize to another flavor',
  'stuck-shrunk-server': 'the lab has no destination that becomes smaller than its claims',
  'stuck-shrunk-os-migrations': 'the lab has no destination that becomes smaller than its claims',
  'stuck-shrunk-instance-actions': 'the lab has no destination that becomes smaller than its claims',
  'stuck-shrunk-instance-action-events': 'the lab has no destination that becomes smaller than its claims',
};

/** Paths below which the lab is known to differ, and why. */
const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = {
  // Made without a network in the recording; every server of the lab has one.
  '.server.addresses': 'network',
};

let stage: Stage;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'coldhaul-replay-'));
  stage = await openStage(directory);
});
afterAll(async () => {
  await stage.cloud.stop();
  await rm(directory, { recursive: true });
});

const recordings = await readRecordings();
const replayed = recordings.filter(({ name }) => NOT_REPLAYED[name] === undefined);

describe('recorded exchanges of a real cloud', () => {
  it('are all replayed but those with a reason', () => {
    const names = new Set(recordings.map(({ name }) => name));
    expect(Object.keys(NOT_REPLAYED).filter((name) => !names.has(name))).toEqual([]);
    expect([recordings.length, replayed.length]).toEqual([recordings.length, recordings.length - 11]);
    expect(recordings.length).toBeGreaterThan(200);
  });

  it.each(replayed.map((recording) => [recording.name, recording] as const))('%s', async (_, recording) => {
    const server = await setTheScene(recording);
    try {
      const answer = await ask(recording, server);
      expect(answer.status).toBe(recording.response.status);
      expect(headersOf(answer.headers)).toEqual(headersOf(new Headers(recording.response.headers)));
      const found = differences(shapeOf(recording.response.body), shapeOf(answer.body));
      expect(found.filter((line) => !isKnown(line))).toEqual([]);
    } finally {
      await mendAll(stage);
    }
  });
});

function isKnown(line: string): boolean {
  return Object.keys(KNOWN_DIFFERENCES).some((path) => line.startsWith(path));
}

/** Those that a client can stand on: values of versions and types, presence of the rest. */
function headersOf(headers: Headers): Readonly<Record<string, string | null>> {
  const value = (name: string) => [name, headers.get(name)?.toLowerCase() ?? null];
  const presence = (name: string) => [name, headers.has(name) ? 'present' : null];
  return Object.fromEntries([
    ...['content-type', 'openstack-api-version', 'x-openstack-nova-api-version', 'vary'].map(value),
    ...['x-openstack-request-id', 'x-compute-request-id', 'www-authenticate'].map(presence),
    ...['location', 'x-subject-token'].map(presence),
  ]) as Record<string, string | null>;
}

/** A server in the state that the recording was made in; what the answer says of the state decides, if it says so. */
async function setTheScene(recording: Recording): Promise<LabServer> {
  const scene = SCENES[sceneOf(recording)];
  if (scene === undefined) throw new Error(`no scene ${sceneOf(recording)}`);
  const server = await scene(stage);
  const { control } = stage.cloud;
  if (recording.name.includes('one-forced-down')) control.setService('hostC', { forcedDown: true });
  if (recording.name.includes('one-disabled')) control.setService('hostC', { enabled: false });
  if (recording.name.startsWith('migrate-host-disabled')) control.setService('hostD', { enabled: false });
  if (recording.name.startsWith('migrate-host-down')) control.setService('hostD', { forcedDown: true });
  if (/^migrate-host-.*-after$/.test(recording.name)) {
    await stage.admin.act(server.id, { migrate: { host: 'hostD' } });
    await stage.cloud.idle();
  }
  return server;
}

function sceneOf({ name, request, response }: Recording): string {
  const said = JSON.stringify(response.body ?? '');
  const stuck = /^stuck-(\w+)-(?:server|os-migrations|instance-action)/.exec(name)?.[1];
  if (stuck !== undefined) return stuck;
  if (said.includes('task_state resize_prep')) return 'preparing';
  if (said.includes('task_state resize_migrating')) return 'midcopy';
  const vmState = /in vm_state (\w+)/.exec(said)?.[1];
  if (vmState !== undefined) return vmState;
  const shown = /^server-show-(.+)$/.exec(name)?.[1];
  if (shown !== undefined) return SHOWN[shown] ?? 'active';
  const action = Object.keys(Object(request.body ?? {}) as object)[0] ?? '';
  if (name.startsWith('migrate-host-not-suitable')) return 'trait';
  if (name.startsWith('migrate-no-valid-host')) return name.endsWith('after') ? 'no-valid-host' : 'trait';
  return ACTION_SCENES[action] ?? LOOKED_AT[name] ?? 'active';
}

const SHOWN: Readonly<Record<string, string>> = {
  'ERROR-by-reset': 'error',
  'RESIZE-resize_migrating': 'migrating',
  'RESIZE-resize_prep': 'preparing',
  REVERT_RESIZE: 'reverting',
  SHUTOFF: 'stopped',
  VERIFY_RESIZE: 'resized',
  'after-reset-active-while-shut-off': 'reset-active',
};

const ACTION_SCENES: Readonly<Record<string, string>> = {
  confirmResize: 'resized',
  revertResize: 'resized',
  'os-start': 'stopped',
  'os-stop': 'active',
  reboot: 'error',
  'os-resetState': 'stopped',
};

const LOOKED_AT: Readonly<Record<string, string>> = {
  'instance-action-migrate-events': 'confirmed',
  'instance-actions': 'confirmed',
  'os-migrations-all': 'confirmed',
  'os-migrations-confirmed': 'confirmed',
  'os-migrations-filtered-paged': 'confirmed',
  'os-migrations-finished': 'resized',
  'os-migrations-migrating': 'migrating',
  'placement-allocations-server-during-migration': 'resized',
  'servers-detail-verify-resize': 'resized',
  'server-migrations-during-cold-migration': 'migrating',
};

async function ask({ name, request }: Recording, server: LabServer) {
  const { urls } = stage.cloud;
  const url = `${urls[request.service]}${pathFor(request.path, name, server)}`;
  const headers = new Headers(request.headers);
  if (headers.has('x-auth-token')) headers.set('x-auth-token', await tokenFor(name));
  const body = request.body === null ? undefined : JSON.stringify(bodyFor(name, request.body));
  const response = await fetch(url, {
    method: request.method,
    headers,
    redirect: 'manual',
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? null : (JSON.parse(text) as unknown),
  };
}

/** The recorded path with our ids in it. */
function pathFor(path: string, name: string, server: LabServer): string {
  const { state } = stage.cloud;
  const own = name.includes('404') && path.includes('00000000');
  const compute = (host: string) => state.computes.find((each) => each.name === host);
  const host = /host[A-D]/.exec(name)?.[0] ?? 'hostC';
  const request = state.actions.findLast((row) => row.serverId === server.id && row.action === 'migrate');
  if (own) return path;
  return path
    .replace(/(servers|allocations)\/[0-9a-f-]{36}/, `$1/${server.id}`)
    .replace(/(instance_uuid|device_id)=[0-9a-f-]{36}/, `$1=${server.id}`)
    .replace(
      /os-instance-actions\/req-[0-9a-f-]{36}/,
      `os-instance-actions/${request?.requestId ?? 'req-none'}`,
    )
    .replace(/os-services\/[0-9a-f-]{36}/, `os-services/${compute('hostC')?.serviceId ?? ''}`)
    .replace(/resource_providers\/[0-9a-f-]{36}/, `resource_providers/${compute(host)?.hypervisorId ?? ''}`)
    .replace(/images\/[0-9a-f-]{36}/, `images/${stage.image.id}`)
    .replace(/users\/[0-9a-f]{32}/, `users/${state.users[0]?.id ?? ''}`);
}

async function tokenFor(name: string): Promise<string> {
  if (name.startsWith('invalid')) return 'no such token';
  if (name.includes('forbidden') || name.includes('other-project')) {
    return (await login(stage.cloud, stage.cloud.credentials.member)).token;
  }
  const { token } = await login(stage.cloud);
  const known = stage.cloud.state.tokens.get(token);
  if (name.startsWith('expired') && known !== undefined) known.expiresAtMs = 0;
  return token;
}

/** The recorded body with our secrets and ids in it. */
function bodyFor(name: string, body: unknown): unknown {
  const { state, credentials } = stage.cloud;
  const wrong = name.includes('wrong');
  if (name.startsWith('migrate-host')) return { migrate: { host: 'hostD' } };
  let text = JSON.stringify(body).replace(/"imageRef":"[^"]+"/, `"imageRef":"${stage.image.id}"`);
  if (name.startsWith('auth-application-credential')) {
    const credential = { id: 'c0ffee', name: 'replay', secret: 'a-word', userId: '', projectId: '' };
    const [user] = state.users;
    const [project] = state.projects;
    state.applicationCredentials.push({
      ...credential,
      userId: user?.id ?? '',
      projectId: project?.id ?? '',
    });
    text = text.replace(/"id":"[^"]+"/, '"id":"c0ffee"').replace('***', wrong ? 'another' : 'a-word');
  }
  return JSON.parse(text.replace('***', wrong ? 'wrong' : credentials.admin.password)) as unknown;
}
