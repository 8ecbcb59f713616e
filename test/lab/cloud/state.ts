import { randomUUID } from 'node:crypto';
import type { LabHost } from '../types.ts';
import { FLAVORS } from './flavors.ts';
import { hexId, requestId, secret } from './identifiers.ts';
import type { CloudState, LabCompute, RequestContext, Token, User } from './model.ts';

const HOUR_SECONDS = 3600;

/** A cloud with users, flavors and these computes, and nothing in it. */
export function createState(options: {
  readonly hosts: readonly LabHost[];
  readonly tokenLifeSeconds?: number;
  readonly maxMicroversion?: number;
  readonly now?: () => number;
}): CloudState {
  const admin = { id: hexId(), name: 'admin' };
  const demo = { id: hexId(), name: 'demo' };
  const adminUser: User = {
    id: hexId(),
    name: 'admin',
    password: secret(),
    roles: { [admin.id]: ['member', 'reader', 'admin'] },
  };
  const demoUser: User = {
    id: hexId(),
    name: 'demo',
    password: secret(),
    roles: { [demo.id]: ['member', 'reader'] },
  };
  return {
    now: options.now ?? Date.now,
    regionName: 'RegionOne',
    projects: [admin, demo],
    users: [adminUser, demoUser],
    applicationCredentials: [],
    tokens: new Map(),
    flavors: [...FLAVORS],
    images: new Map(),
    servers: new Map(),
    migrations: [],
    actions: [],
    computes: options.hosts.map((host, index) => newCompute(index + 1, host.name, host.address, host)),
    allocations: [],
    copies: [],
    serverGroups: [],
    volumes: [],
    segments: [],
    aggregates: [],
    optionalServices: new Set(),
    adminRoles: new Set(['admin']),
    tokenLifeMs: (options.tokenLifeSeconds ?? HOUR_SECONDS) * 1000,
    maxMicroversion: options.maxMicroversion ?? 93,
    networkId: randomUUID(),
    subnetId: randomUUID(),
  };
}

const TRAITS = ['COMPUTE_NODE', 'COMPUTE_IMAGE_TYPE_QCOW2', 'COMPUTE_STORAGE_BUS_VIRTIO', 'HW_CPU_X86_SSE2'];

/** True if the policies let the bearer do what an admin may. */
export function isAdmin(state: CloudState, { user, project }: Token): boolean {
  const roles = project === undefined ? [] : (user.roles[project.id] ?? []);
  return roles.some((role) => state.adminRoles.has(role));
}

export function newCompute(
  number: number,
  name: string,
  address: string,
  host: LabHost | undefined,
): LabCompute {
  return {
    number,
    name,
    serviceId: randomUUID(),
    hypervisorId: randomUUID(),
    address,
    zone: 'nova',
    traits: TRAITS,
    otherClasses: {},
    agentAlive: true,
    host,
    vcpus: 8,
    memoryMib: 24_105,
    diskGib: 251,
    enabled: true,
    disabledReason: null,
    forcedDown: false,
    alive: true,
    generation: 0,
    waiting: [],
    providerGeneration: 1,
  };
}

/** A request that comes from the lab itself, by the admin or by a member of `demo`, with a token that does not end. */
export function internalContext(state: CloudState, userName: 'admin' | 'demo' = 'admin'): RequestContext {
  const user = state.users.find(({ name }) => name === userName);
  const project = state.projects.find(({ name }) => name === userName);
  if (user === undefined || project === undefined) throw new TypeError(`the lab has no user ${userName}`);
  const token: Token = {
    id: secret(),
    user,
    project,
    methods: ['password'],
    auditId: secret(),
    issuedAtMs: state.now(),
    expiresAtMs: Number.MAX_SAFE_INTEGER,
    applicationCredential: undefined,
  };
  return { requestId: requestId(), token, isAdmin: userName === 'admin', projectId: project.id };
}
