import { mkdir } from 'node:fs/promises';
import type { LabHost } from '../types.ts';
import { createAnswers } from './answers.ts';
import { serveControl } from './control-endpoint.ts';
import { createControl, type Control } from './control.ts';
import { listen, type Call, type Listener } from './api/listener.ts';
import { createApiFaults } from './api/misbehave.ts';
import { SERVICES, type ServiceName } from './api/exchange.ts';
import { createConductor, type NewServer } from './compute/conductor.ts';
import { createEngine } from './compute/engine.ts';
import { createImageStore, type NewImage } from './image-store.ts';
import type { CloudState, CopyRecord, LabImage, LabServer } from './model.ts';
import { actAsOwner } from './owner.ts';
import { createState, internalContext } from './state.ts';
import { addSynthetic } from './synthetic.ts';

export interface LabCloudOptions {
  readonly hosts: readonly LabHost[];
  /** Where the images of the lab's Glance are kept. */
  readonly directory: string;
  readonly tokenLifeSeconds?: number;
  /** Minor number of the highest compute microversion; default 93. */
  readonly maxMicroversion?: number;
  /** Hosts and servers that exist in the API only, for scale. */
  readonly extraHosts?: number;
  readonly extraServers?: number;
  readonly now?: () => number;
}

export interface Credentials {
  readonly authUrl: string;
  readonly userName: string;
  readonly password: string;
  readonly projectName: string;
  readonly domainId: 'default';
  readonly region: string;
}

/** What a caller of `createServer` may say. */
export interface ServerOrder {
  readonly name: string;
  readonly host: string;
  /** Id or name of a flavor; default `lab.small`. */
  readonly flavor?: string;
  readonly image: LabImage;
  /** False: it has run once and is shut off. Default true. */
  readonly running?: boolean;
  readonly configDrive?: boolean;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Data in the root disk beyond what the guest writes itself. */
  readonly payloadMib?: number;
  /** Name of the project that owns it: `admin` (default) or `demo`. */
  readonly project?: 'admin' | 'demo';
}

export interface LabCloud {
  readonly urls: Readonly<Record<ServiceName | 'control', string>>;
  /** For clouds.yaml: Keystone with `/v3`. */
  readonly authUrl: string;
  readonly credentials: { readonly admin: Credentials; readonly member: Credentials };
  addImage(image: NewImage): Promise<LabImage>;
  /** Settles when the server is there. @throws if it ends in ERROR. */
  createServer(order: ServerOrder): Promise<LabServer>;
  readonly state: CloudState;
  readonly servers: ReadonlyMap<string, LabServer>;
  readonly control: Control;
  /** Every request and its status, oldest first. */
  readonly calls: readonly Call[];
  /** Every copy command of Nova's own and what it wrote at the destination. */
  readonly copies: readonly CopyRecord[];
  /** Settles when no compute has anything to do, but for messages to dead ones. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a cloud for these hosts: Keystone, Nova, Glance, Placement and Neutron, each on a port of 127.0.0.1. */
export async function startLabCloud(options: LabCloudOptions): Promise<LabCloud> {
  await mkdir(options.directory, { recursive: true });
  const state = createState(options);
  const engine = createEngine(state);
  const conductor = createConductor(engine);
  const apiFaults = createApiFaults();
  const calls: Call[] = [];
  const origins = new Map<ServiceName, string>();
  const origin = (service: ServiceName): string => origins.get(service) ?? '';
  const answers = createAnswers(state, conductor, origin);
  const listeners: Listener[] = [];
  const log = (call: Call): void => {
    calls.push(call);
  };
  for (const service of SERVICES) {
    const listener = await listen({ service, answer: answers[service], faults: apiFaults, log });
    origins.set(service, listener.origin);
    listeners.push(listener);
  }
  const control = createControl(engine, apiFaults, (serverId, act) =>
    actAsOwner(state, answers.compute, origin('compute'), serverId, act),
  );
  const controlListener = await serveControl(state, control, apiFaults);
  listeners.push(controlListener);
  addSynthetic(state, options.extraHosts ?? 0, options.extraServers ?? 0);

  const authUrl = `${origin('identity')}/v3`;
  const store = createImageStore(state, options.directory);
  return {
    urls: {
      identity: origin('identity'),
      compute: origin('compute'),
      image: origin('image'),
      placement: origin('placement'),
      network: origin('network'),
      'block-storage': origin('block-storage'),
      'instance-ha': origin('instance-ha'),
      control: controlListener.origin,
    },
    authUrl,
    credentials: {
      admin: credentials(state, authUrl, 'admin', 'admin'),
      member: credentials(state, authUrl, 'demo', 'demo'),
    },
    addImage: (image) => store.add(image),
    async createServer(order) {
      const server = conductor.create(internalContext(state), newServer(state, order));
      await engine.idle();
      if (server.vmState === 'error') throw new Error(`${order.name}: ${server.fault?.details ?? 'ERROR'}`);
      return server;
    },
    state,
    servers: state.servers,
    control,
    calls,
    copies: state.copies,
    idle: () => engine.idle(),
    async stop() {
      for (const timer of engine.timers) clearTimeout(timer);
      await Promise.all(listeners.map((listener) => listener.close()));
    },
  };
}

function credentials(state: CloudState, authUrl: string, userName: string, projectName: string): Credentials {
  const user = state.users.find(({ name }) => name === userName);
  if (user === undefined) throw new TypeError(`the lab has no user ${userName}`);
  const { password } = user;
  return { authUrl, userName, password, projectName, domainId: 'default', region: state.regionName };
}

function newServer(state: CloudState, order: ServerOrder): NewServer {
  const wanted = order.flavor ?? 'lab.small';
  const flavor = state.flavors.find(({ id, name }) => id === wanted || name === wanted);
  if (flavor === undefined) throw new Error(`the lab has no flavor ${wanted}`);
  const project = state.projects.find(({ name }) => name === (order.project ?? 'admin'));
  return {
    name: order.name,
    flavor,
    image: order.image,
    host: order.host,
    configDrive: order.configDrive ?? false,
    metadata: order.metadata ?? {},
    running: order.running ?? true,
    payloadMib: order.payloadMib ?? 0,
    ...(project !== undefined && { projectId: project.id }),
  };
}
