import type { CloudProfile } from '../../domain/cloud-profile.ts';
import type { Cloud } from '../../domain/cloud.ts';
import type { Clock, Log } from '../../domain/ports.ts';
import { serverActs } from './acts.ts';
import { openAgents } from './agents.ts';
import { openClient } from './client.ts';
import { listComputeServices, listHypervisors } from './compute-hosts.ts';
import { SINCE } from './compute-version.ts';
import { openCompute } from './compute.ts';
import { openFlavorBook } from './flavors.ts';
import { findLastAction, listActions, listMigrations } from './history.ts';
import { openHttp } from './http.ts';
import { findImage } from './image.ts';
import { openPlacement } from './placement.ts';
import { listProjectNames } from './projects.ts';
import { askPatiently } from './retry.ts';
import { listServers, showServer } from './servers.ts';
import { openSession } from './session.ts';
import { shared } from './shared.ts';
import { readAttached, readSurroundings } from './surroundings.ts';
import { systemClock } from '../system/clock.ts';
import { atLeast, formatVersion } from './version.ts';

export interface CloudOptions {
  readonly log?: Log;
  readonly clock?: Clock;
  /** Longest time of one call, answer included. Default 30 000. */
  readonly timeoutMs?: number;
}

/**
 * Opens a cloud. Nothing is asked yet: the first call logs in, and the token is renewed from then on without
 * anyone noticing.
 *
 * @throws nothing; every method of the result throws `Failure` with a `cloud.*` code, `profile.malformed` if a
 * certificate file of the profile cannot be read, or `cancelled`.
 */
export function openCloud(profile: CloudProfile, options: CloudOptions = {}): Cloud {
  const { clock = systemClock, timeoutMs = 30_000 } = options;
  const log: Log = options.log ?? (() => undefined);
  const agents = shared(() => openAgents(profile));
  const http = openHttp(() => agents.get(), clock, log, timeoutMs);
  // A login changes nothing, so it may be tried again although it is a POST.
  const session = openSession(profile, (question) => askPatiently(http, clock, log, question), clock, log);
  const client = openClient(profile, session, http, clock, log);
  const compute = openCompute(client, log);
  const flavors = openFlavorBook(compute);
  const placement = openPlacement(client);

  return {
    async identity(signal) {
      const { min, max, used, region } = await compute.api(signal);
      const token = await session.token(signal);
      return {
        cloud: profile.name,
        userName: token.userName,
        projectName: token.projectName,
        roles: token.roles,
        region: profile.region ?? region,
        tokenExpiresAtMs: token.expiresAtMs,
        tokenLifeMs: token.lifeMs,
        canRenewToken: profile.login.kind !== 'token',
        compute: { min: formatVersion(min), max: formatVersion(max), used: formatVersion(used) },
        canChooseHost: atLeast(used, SINCE.migrateToHost),
      };
    },
    servers: (filter, signal) => listServers(compute, flavors, filter, signal),
    server: (id, signal) => showServer(compute, flavors, id, signal),
    computeServices: (signal) => listComputeServices(compute, signal),
    hypervisors: (signal) => listHypervisors(compute, signal),
    projectNames: (signal) => listProjectNames(client, signal),
    room: (signal) => placement.room(signal),
    image: (id, signal) => findImage(client, id, signal),
    attached: (server, signal) => readAttached(client, server, signal),
    surroundings: (question, signal) => readSurroundings({ client, compute, placement }, question, signal),
    migrationRecords: (serverId, signal) => listMigrations(compute, serverId, signal),
    actions: (serverId, most, signal) => listActions(compute, serverId, most, signal),
    lastAction: (serverId, action, signal) => findLastAction(compute, serverId, action, signal),
    allocations: (consumerId, signal) => placement.holders(consumerId, signal),
    ...serverActs(compute),
  };
}
