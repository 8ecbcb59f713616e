import { join } from 'node:path';
import { mkdir, rm } from 'node:fs/promises';
import type { LabCloud } from './lab-cloud.ts';
import type { LabServer } from './model.ts';
import { makeSampleImage } from './sample-image.ts';
import { internalContext } from './state.ts';

export interface Samples {
  readonly web: LabServer;
  readonly db: LabServer;
  readonly batch: LabServer;
  /** VERIFY_RESIZE, and nothing was copied. */
  readonly emptyVerify: LabServer;
  /** ERROR on the destination, after its token had ended. */
  readonly tokenError: LabServer;
}

/**
 * Puts the demo's instances on the first two hosts: what one meets on a working day, and two that are stuck. They
 * belong to the project `demo`; their data are some tens of MiB. Takes about half a minute.
 */
export async function seedSamples(cloud: LabCloud, directory: string): Promise<Samples> {
  const [first, second] = cloud.state.computes;
  if (first?.host === undefined || second?.host === undefined) throw new Error('samples need two real hosts');
  await mkdir(directory, { recursive: true });
  const image = async (name: string, dataMib: number) => {
    const file = join(directory, `${name}.qcow2`);
    await makeSampleImage(file, { virtualMib: 128, dataMib });
    const stored = await cloud.addImage({ name, file, diskFormat: 'qcow2' });
    await rm(file);
    return stored;
  };
  const debian = await image('debian-12', 24);
  const appliance = await image('appliance-3', 8);
  const common = { host: first.name, project: 'demo' } as const;
  const metadata = { owner: 'demo' };

  // The stuck ones first: the second host must not have the image's base when the token ends.
  const tokenError = await cloud.createServer({
    ...{ ...common, name: 'report-03', image: debian, flavor: 'lab.data', running: false, payloadMib: 16 },
  });
  await migrate(cloud, tokenError, second.name, 'ends before it is needed');

  const emptyVerify = await cloud.createServer({
    ...{ ...common, name: 'legacy-04', image: appliance, running: false, payloadMib: 16 },
  });
  cloud.control.wrongAddress(second.name);
  await migrate(cloud, emptyVerify, second.name);
  cloud.control.wrongAddress(second.name, false);

  const web = await cloud.createServer({
    ...common,
    name: 'web-01',
    image: debian,
    metadata,
    payloadMib: 64,
  });
  const db = await cloud.createServer({
    ...{ ...common, name: 'db-01', image: debian, flavor: 'lab.data', configDrive: true, payloadMib: 96 },
  });
  const batch = await cloud.createServer({
    ...{ ...common, name: 'batch-02', image: appliance, running: false, payloadMib: 48 },
  });
  return { web, db, batch, emptyVerify, tokenError };
}

/** Over the API, as an admin does. */
async function migrate(
  cloud: LabCloud,
  server: LabServer,
  host: string,
  life: 'lasts' | 'ends before it is needed' = 'lasts',
): Promise<void> {
  const { token } = internalContext(cloud.state);
  cloud.state.tokens.set(token.id, token);
  if (life !== 'lasts') {
    const act = (): void => {
      token.expiresAtMs = 0;
    };
    cloud.control.at({ point: 'before-finish', serverId: server.id, act });
  }
  const answer = await fetch(`${cloud.urls.compute}/v2.1/servers/${server.id}/action`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-auth-token': token.id,
      'openstack-api-version': 'compute 2.56',
    },
    body: JSON.stringify({ migrate: { host } }),
  });
  if (answer.status !== 202)
    throw new Error(`migrate ${server.name}: ${answer.status} ${await answer.text()}`);
  await cloud.idle();
  cloud.state.tokens.delete(token.id);
}
