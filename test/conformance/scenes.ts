import { join } from 'node:path';
import { fakeHost, type FakeHost } from '../lab/cloud/fake-host.ts';
import { startLabCloud, type LabCloud } from '../lab/cloud/lab-cloud.ts';
import { saveServer } from '../lab/cloud/records.ts';
import { makeSampleImage } from '../lab/cloud/sample-image.ts';
import type { LabImage, LabServer } from '../lab/cloud/model.ts';
import { login, type Caller } from './caller.ts';

/** A cloud without bytes, in which any state can be had at once. */
export interface Stage {
  readonly cloud: LabCloud;
  readonly hosts: Readonly<Record<'hostA' | 'hostB' | 'hostC' | 'hostD', FakeHost>>;
  readonly image: LabImage;
  readonly admin: Caller;
  /** Lets go what a scene holds. */
  readonly held: (() => void)[];
}

export async function openStage(directory: string): Promise<Stage> {
  const hosts = {
    hostA: fakeHost('hostA', '127.0.0.71'),
    hostB: fakeHost('hostB', '127.0.0.72'),
    hostC: fakeHost('hostC', '127.0.0.73'),
    hostD: fakeHost('hostD', '127.0.0.74'),
  };
  const cloud = await startLabCloud({ hosts: Object.values(hosts), directory });
  const file = join(directory, 'sample.qcow2');
  await makeSampleImage(file, { virtualMib: 16, dataMib: 1 });
  const image = await cloud.addImage({ name: 'tiny', file, diskFormat: 'qcow2' });
  return { cloud, hosts, image, admin: await login(cloud), held: [] };
}

type Scene = (stage: Stage) => Promise<LabServer>;

const born =
  (running: boolean, flavor = 'lab.eph'): Scene =>
  ({ cloud, image }) =>
    cloud.createServer({ name: 'rec', host: 'hostC', flavor, image, running, configDrive: true });

/** Sends it off to hostD and waits until the cloud has nothing to do. */
async function migrate({ cloud, admin }: Stage, server: LabServer, host = 'hostD'): Promise<LabServer> {
  await admin.act(server.id, { migrate: { host } });
  await cloud.idle();
  return server;
}

const resized: Scene = async (stage) => migrate(stage, await born(false)(stage));

/** Holds a migration at a point until the scene is over, for who looks while it goes on. */
const held =
  (point: 'resize_prep' | 'before-copy'): Scene =>
  async (stage) => {
    const server = await born(false)(stage);
    const reached = new Promise<void>((resolve) => {
      stage.cloud.control.at({
        point,
        serverId: server.id,
        act: () => {
          resolve();
          return new Promise<void>((release) => {
            stage.held.push(release);
          });
        },
      });
    });
    await stage.admin.act(server.id, { migrate: { host: 'hostD' } });
    await reached;
    return server;
  };

/** Migrates with something broken, and mends it for the next scene. */
const broken =
  (breakIt: (stage: Stage, server: LabServer) => void, mend: (stage: Stage) => void | Promise<void>): Scene =>
  async (stage) => {
    const server = await born(false)(stage);
    breakIt(stage, server);
    await migrate(stage, server);
    await mend(stage);
    return server;
  };

const midcopy = broken(
  ({ cloud }) => {
    cloud.control.at({
      point: 'copy-file',
      act: () => {
        cloud.control.killCompute('hostC');
      },
    });
  },
  () => undefined,
);

/** By name: a fresh server in that state. A compute that a scene killed is started again by `mendAll`. */
export const SCENES: Readonly<Record<string, Scene>> = {
  active: born(true),
  stopped: born(false),
  trait: born(true, 'lab.trait'),
  error: async (stage) => {
    const server = await born(false)(stage);
    await stage.admin.act(server.id, { 'os-resetState': { state: 'error' } });
    return server;
  },
  'reset-active': async (stage) => {
    const server = await born(false)(stage);
    await stage.admin.act(server.id, { 'os-resetState': { state: 'active' } });
    return server;
  },
  resized,
  confirmed: async (stage) => {
    const server = await resized(stage);
    await stage.admin.act(server.id, { confirmResize: null });
    await stage.cloud.idle();
    return server;
  },
  reverting: async (stage) => {
    const server = await resized(stage);
    // It lasts no longer than a fake host's answer: set, not reached.
    saveServer(stage.cloud.state, server, { taskState: 'resize_reverting' });
    return server;
  },
  preparing: held('resize_prep'),
  migrating: held('before-copy'),
  'no-valid-host': async (stage) => migrate(stage, await born(true, 'lab.trait')(stage)),
  plain: resized,
  lost: resized,
  midcopy,
  midcopy_restart: async (stage) => {
    const server = await midcopy(stage);
    await stage.cloud.control.restartCompute('hostC');
    return server;
  },
  destdead: broken(
    ({ cloud }) => {
      cloud.control.at({
        point: 'copied',
        act: () => {
          cloud.control.killCompute('hostD');
        },
      });
    },
    () => undefined,
  ),
  diskfull: broken(
    ({ hosts }) => {
      hosts.hostC.trouble.copies = true;
    },
    ({ hosts }) => {
      hosts.hostC.trouble.copies = false;
    },
  ),
  sshkey: broken(
    ({ hosts }) => {
      hosts.hostC.trouble.logins = true;
    },
    ({ hosts }) => {
      hosts.hostC.trouble.logins = false;
    },
  ),
  misip: broken(
    ({ cloud }) => {
      cloud.control.wrongAddress('hostD');
    },
    ({ cloud }) => {
      cloud.control.wrongAddress('hostD', false);
    },
  ),
  token: expired,
  token_fix: expired,
  token_base: broken(
    ({ cloud }) => {
      cloud.control.networkFails('hostC', 'unauthorized');
    },
    ({ cloud }) => {
      cloud.control.networkFails('hostC', undefined);
    },
  ),
  neutrondown: broken(
    ({ cloud }) => {
      cloud.control.networkFails('hostC', 'refused');
    },
    ({ cloud }) => {
      cloud.control.networkFails('hostC', undefined);
    },
  ),
};

/** The caller's token ends while the disks travel, and the destination has no base. */
async function expired(stage: Stage): Promise<LabServer> {
  const { cloud, hosts } = stage;
  const server = await born(false)(stage);
  hosts.hostD.trouble.bases = true;
  const once = await login(cloud);
  cloud.control.at({
    point: 'before-finish',
    act: () => {
      const token = cloud.state.tokens.get(once.token);
      if (token !== undefined) token.expiresAtMs = 0;
    },
  });
  await once.act(server.id, { migrate: { host: 'hostD' } });
  await cloud.idle();
  hosts.hostD.trouble.bases = false;
  return server;
}

/** Ends the scene: what was held goes on, what was broken works again. */
export async function mendAll({ cloud, held }: Stage): Promise<void> {
  for (const release of held.splice(0)) release();
  for (const compute of cloud.state.computes) {
    compute.enabled = true;
    compute.disabledReason = null;
    compute.forcedDown = false;
    if (!compute.alive) await cloud.control.restartCompute(compute.name);
  }
  await cloud.idle();
}
