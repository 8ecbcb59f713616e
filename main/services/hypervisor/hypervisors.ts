import { Failure } from '../../domain/failure.ts';
import type { FileState, HostFacts, InstanceOnHost } from '../../domain/host.ts';
import type { Hypervisors } from '../../domain/hypervisors.ts';
import type { Clock, Hosts, Log } from '../../domain/ports.ts';
import { checkAddress, checkDirectory, checkPath, checkServerId } from '../jobs/ids.ts';
import { JOBS_DIRECTORY } from '../jobs/jobs.ts';
import { runScript } from '../jobs/run-script.ts';
import { layerName } from '../../domain/naming.ts';
import * as changes from './changes.ts';
import * as layers from './layers.ts';
import * as live from './live.ts';
import { type FactsOrder, readFacts, readNova } from './facts.ts';
import { FILE_FIELDS, readFile } from './files.ts';
import { readInstances } from './instance.ts';
import { readLeftWork } from './left-work.ts';
import { lock, unlock } from './locks.ts';
import { NOVA_CONFIG_FILES } from './nova-conf.ts';
import { novaReaches } from './nova-reaches.ts';
import { readTrouble } from './trouble.ts';
import { STAT_SCRIPT } from './scripts/instance.ts';

const LOCK_DIRECTORY = '/run/coldhaul/locks';

export interface HypervisorsOptions {
  readonly hosts: Hosts;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: {
    /** User that nova-compute runs as. */
    readonly novaUser: string;
    /** Files or patterns, later ones winning; left out, the usual places. */
    readonly novaConfigFiles?: readonly string[];
    /** Overrides Nova's own `instances_path`. */
    readonly instancesPath?: string;
  };
  /** Where the locks lie on a host; for tests. */
  readonly lockDirectory?: string;
  /** Where the records of jobs lie on a host; for tests. */
  readonly jobsDirectory?: string;
}

/** The compute hosts as the engine knows them, by scripts over their shells. */
export function createHypervisors(options: HypervisorsOptions): Hypervisors {
  const {
    hosts,
    clock,
    log,
    settings,
    lockDirectory = LOCK_DIRECTORY,
    jobsDirectory = JOBS_DIRECTORY,
  } = options;
  const order: FactsOrder = {
    novaUser: settings.novaUser,
    configFiles: settings.novaConfigFiles ?? NOVA_CONFIG_FILES,
    instancesPath: settings.instancesPath,
  };
  const paths = new Map<string, string>();
  const reading = new Map<string, Promise<HostFacts>>();

  /** Read once per host and kept: it does not change while nova-compute holds instances, and each call needs it. */
  async function instancesPathOf(host: string, signal?: AbortSignal): Promise<string> {
    const known = settings.instancesPath ?? paths.get(host);
    if (known !== undefined) return checkDirectory(known);
    // Whoever reads the facts of the host at this moment gets it anyway; should that fail, it is read here.
    const facts = await reading.get(host)?.catch(() => undefined);
    if (facts !== undefined) return checkDirectory(facts.nova.instancesPath);
    const { instancesPath, files } = await readNova(hosts.shell(host), order, signal);
    if (files.length === 0) {
      log({
        level: 'warn',
        host,
        message: `no nova.conf was found; taking ${instancesPath} for the instances`,
      });
    }
    paths.set(host, checkDirectory(instancesPath));
    return instancesPath;
  }

  async function placeOn(host: string, signal: AbortSignal | undefined): Promise<changes.Place> {
    const instancesPath = await instancesPathOf(host, signal);
    return { shell: hosts.shell(host), instancesPath, novaUser: settings.novaUser, signal };
  }

  async function readOne(
    host: string,
    serverId: string,
    signal: AbortSignal | undefined,
    closely?: { readonly instanceName: string | undefined },
  ): Promise<InstanceOnHost> {
    const path = await instancesPathOf(host, signal);
    const id = checkServerId(serverId);
    const instance = (await readInstances(hosts.shell(host), path, id, signal, closely)).get(serverId);
    if (instance === undefined) throw new Failure('internal', `nothing was read of ${serverId}`);
    return instance;
  }

  return {
    async facts(host, signal) {
      const facts = readFacts(hosts.shell(host), order, signal);
      reading.set(host, facts);
      try {
        paths.set(host, checkDirectory((await facts).nova.instancesPath));
        return await facts;
      } finally {
        if (reading.get(host) === facts) reading.delete(host);
      }
    },
    instance: (host, serverId, signal) => readOne(host, serverId, signal),
    examine: (host, { id, instanceName }, signal) => readOne(host, id, signal, { instanceName }),
    async trouble(host, serverId, signal) {
      return await readTrouble(hosts.shell(host), checkServerId(serverId), clock, signal);
    },
    async instances(host, signal) {
      return await readInstances(hosts.shell(host), await instancesPathOf(host, signal), undefined, signal);
    },
    async leftWork(host, signal) {
      const stagesDirectory = `${await instancesPathOf(host, signal)}/_coldhaul`;
      const directories = { jobsDirectory, locksDirectory: lockDirectory, stagesDirectory };
      return await readLeftWork(hosts.shell(host), directories, signal);
    },
    async stat(host, files, signal) {
      if (files.length === 0) return [];
      const options = { ...(signal !== undefined && { signal }) };
      const said = await runScript(
        hosts.shell(host),
        'look at files',
        STAT_SCRIPT,
        files.map(checkPath),
        options,
      );
      const fields = said.split('\0');
      return files.map((_, index): FileState | undefined => {
        const found = readFile(fields.slice(index * FILE_FIELDS, (index + 1) * FILE_FIELDS));
        return found.type === 'n' ? undefined : found.state;
      });
    },
    async novaReaches(from, address, signal) {
      return await novaReaches(
        { hosts, clock, novaUser: settings.novaUser },
        from,
        checkAddress(address),
        signal,
      );
    },
    async readableBy(host, user, path, signal) {
      const argv = ['sh', '-c', 'exec 3<"$1"', 'coldhaul', checkPath(path)];
      const result = await hosts
        .shell(host)
        .run(argv, { as: { user }, ...(signal !== undefined && { signal }) });
      return result.kind === 'exited' && result.code === 0;
    },

    async lock(host, serverId, owner, signal) {
      await lock(hosts.shell(host), lockDirectory, checkServerId(serverId), owner, signal);
    },
    async unlock(host, serverId, owner, signal) {
      await unlock(hosts.shell(host), lockDirectory, checkServerId(serverId), owner, signal);
    },
    async makeStage(host, serverId, signal) {
      return await changes.makeStage(await placeOn(host, signal), checkServerId(serverId));
    },
    async releaseStage(host, serverId, signal) {
      return await changes.releaseStage(await placeOn(host, signal), checkServerId(serverId));
    },
    async place(host, serverId, names, signal) {
      await changes.placeFiles(await placeOn(host, signal), checkServerId(serverId), names);
    },
    async unplace(host, serverId, names, signal) {
      await changes.unplaceFiles(await placeOn(host, signal), checkServerId(serverId), names);
    },
    async publishBase(host, stagedPath, finalPath, signal) {
      return await changes.publishBase(await placeOn(host, signal), stagedPath, finalPath);
    },
    async swapIn(host, path, newPath, keptPath, signal) {
      await changes.swapIn(await placeOn(host, signal), path, newPath, keptPath);
    },
    async setAside(host, path, signal) {
      return await changes.setAside(await placeOn(host, signal), path);
    },
    async pin(host, serverId, path, signal) {
      return await changes.pin(await placeOn(host, signal), checkServerId(serverId), path);
    },
    async layer(host, serverId, disk, file = layerName(disk)) {
      return await layers.layer(await placeOn(host, undefined), checkServerId(serverId), disk, file);
    },
    async freezeLive(host, serverId, names, quiesce, signal) {
      return await live.freezeLive(await placeOn(host, signal), checkServerId(serverId), names, quiesce);
    },
    async nameDisksAgain(host, serverId, signal) {
      return await live.nameDisksAgain(await placeOn(host, signal), checkServerId(serverId));
    },
    async unlayer(host, serverId, disk, merged, file = layerName(disk)) {
      const place = await placeOn(host, undefined);
      return await layers.unlayer(place, checkServerId(serverId), disk, file, merged);
    },
    async unmergedBytes(host, serverId, disk, file = layerName(disk), signal) {
      return await layers.unmergedBytes(await placeOn(host, signal), checkServerId(serverId), disk, file);
    },
    async dropFlatLayers(host, serverId, signal) {
      await layers.dropFlatLayers(await placeOn(host, signal), checkServerId(serverId));
    },
    async standingOn(host, path, signal) {
      return await layers.standingOn(await placeOn(host, signal), path);
    },
    async putBack(host, serverId, signal) {
      await changes.putBack(await placeOn(host, signal), checkServerId(serverId));
    },
    async makeSwap(host, serverId, sizeBytes, signal) {
      await changes.makeSwap(await placeOn(host, signal), checkServerId(serverId), sizeBytes);
    },
    async undefine(host, serverId, signal) {
      return await changes.undefine(await placeOn(host, signal), checkServerId(serverId));
    },
    async setMode(host, path, mode, signal) {
      await changes.setMode(await placeOn(host, signal), path, mode);
    },
    async destroyDomain(host, serverId, signal) {
      await changes.destroyDomain(hosts.shell(host), checkServerId(serverId), signal);
    },
  };
}
