import { randomUUID } from 'node:crypto';
import { release } from '../lab/cloud/allocations.ts';
import type { LabCompute, LabMigration, LabServerGroup, LabVolume } from '../lab/cloud/model.ts';
import { addSynthetic } from '../lab/cloud/synthetic.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { DESTINATION, SOURCE } from './lab.ts';
import type { PreflightLab } from './preflight-lab.ts';

/** Takes an obstacle away again. */
export type Undo = () => Promise<unknown>;

/** What changes nothing but the memory of the lab's cloud. */
export function undoing(undo: () => void): Promise<Undo> {
  return Promise.resolve(() => {
    undo();
    return Promise.resolve();
  });
}

/** A host as the lab’s cloud remembers it. */
export function compute({ bench }: PreflightLab, name: string): LabCompute {
  const found = bench.lab.cloud.state.computes.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no host ${name}`);
  return found;
}

/** Another login, so that the client sees the roles and the catalog as they are now. */
export function newLogin({ bench }: PreflightLab): void {
  bench.lab.cloud.control.expireTokens();
}

/** The flavor asked for this when the instance was made. */
export function asks(extraSpecs: Readonly<Record<string, string>>, destination: Partial<LabCompute> = {}) {
  return (here: PreflightLab): Promise<Undo> => {
    const { flavor } = here.server;
    const host = compute(here, DESTINATION);
    const { traits, otherClasses } = host;
    here.server.flavor = { ...flavor, extraSpecs };
    Object.assign(host, destination);
    return undoing(() => {
      here.server.flavor = flavor;
      Object.assign(host, { traits, otherClasses });
    });
  };
}

/** The destination is in an aggregate with this metadata. */
export function aggregate(metadata: Readonly<Record<string, string>>) {
  return ({ bench }: PreflightLab): Promise<Undo> => {
    const { aggregates } = bench.lab.cloud.state;
    aggregates.push({ name: 'kept', hosts: [DESTINATION], metadata });
    return undoing(() => {
      aggregates.pop();
    });
  };
}

/** A row of os-migrations. */
export function migration(
  row: Partial<LabMigration>,
  of: (here: PreflightLab) => Pick<LabMigration, 'serverId'>,
) {
  return (here: PreflightLab): Promise<Undo> => {
    const { migrations, now } = here.bench.lab.cloud.state;
    migrations.push({
      id: 7000,
      uuid: randomUUID(),
      type: 'migration',
      flavorNumber: 1,
      userId: here.server.userId,
      projectId: here.server.projectId,
      sourceCompute: SOURCE,
      createdAtMs: now(),
      destCompute: DESTINATION,
      destHost: '127.0.0.1',
      status: 'migrating',
      statuses: [],
      updatedAtMs: now(),
      ...of(here),
      ...row,
    });
    return undoing(() => migrations.pop());
  };
}
/** For a record of the instance itself. */
export const ofOwn = (here: PreflightLab) => ({ serverId: here.server.id });
/** For a record of an instance that nobody knows. */
export const ofOther = () => ({ serverId: randomUUID() });

/** A group with an instance that is on the destination, or with nobody else. */
export function group(policy: string, options: { readonly hasOther: boolean }) {
  return (here: PreflightLab): Promise<Undo> => {
    const { state } = here.bench.lab.cloud;
    const known = new Set(state.servers.keys());
    addSynthetic(state, 0, 2);
    const others = [...state.servers.values()].filter(({ id }) => !known.has(id));
    const there = others.filter(({ host }) => options.hasOther && host === DESTINATION);
    const made: LabServerGroup = {
      id: randomUUID(),
      name: 'pair',
      policy,
      maxPerHost: undefined,
      projectId: here.server.projectId,
      userId: here.server.userId,
      members: [here.server.id, ...there.map(({ id }) => id)],
    };
    state.serverGroups.push(made);
    return undoing(() => {
      state.serverGroups.pop();
      for (const { id } of others) {
        release(state, id);
        state.servers.delete(id);
      }
    });
  };
}

/** A volume that the instance has, in a cloud with Cinder or without. */
export function volume(row: Partial<LabVolume>, options: { readonly hasCinder: boolean }) {
  return (here: PreflightLab): Promise<Undo> => {
    const { volumes, optionalServices } = here.bench.lab.cloud.state;
    volumes.push({
      id: randomUUID(),
      name: 'data',
      sizeGib: 1,
      status: 'in-use',
      multiAttach: false,
      projectId: here.server.projectId,
      attachedTo: [here.server.id],
      ...row,
      ...(row.multiAttach === true && { attachedTo: [here.server.id, randomUUID()] }),
    });
    if (options.hasCinder) optionalServices.add('block-storage');
    newLogin(here);
    return undoing(() => {
      volumes.pop();
      optionalServices.delete('block-storage');
      newLogin(here);
    });
  };
}

/** Changes the size of the instance’s root disk, as a guest would see it. */
export async function resize(here: PreflightLab, ...size: readonly string[]): Promise<void> {
  const disk = `${INSTANCES_PATH}/${here.server.id}/disk`;
  const done = await here.source.exec([
    'qemu-img',
    'resize',
    '-q',
    ...size.slice(0, -1),
    disk,
    size.at(-1) ?? '',
  ]);
  if (done.code !== 0) throw new Error(done.stderr);
}
