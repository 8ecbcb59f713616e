import { setMaxListeners } from 'node:events';
import { mkdirSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import type { EngineHandlers } from '../contract/ipc.ts';
import type { MigrationView } from '../contract/views.ts';
import type { Cloud, CloudIdentity, Hypervisor } from '../domain/cloud.ts';
import type { CloudProfile } from '../domain/cloud-profile.ts';
import type { Fact } from '../domain/facts.ts';
import { Failure } from '../domain/failure.ts';
import type { Asker, Journals, Ports } from '../domain/ports.ts';
import { resolveTarget } from '../domain/settings.ts';
import { loadOpenrc } from '../services/clouds-yaml/openrc.ts';
import { loadProfile } from '../services/clouds-yaml/profiles.ts';
import { createHypervisors } from '../services/hypervisor/hypervisors.ts';
import { openJournals } from '../services/journal/journals.ts';
import { openCloud } from '../services/openstack/open-cloud.ts';
import { loadSettings } from '../services/settings/load.ts';
import { createHosts } from '../services/ssh/hosts.ts';
import { systemClock } from '../services/system/clock.ts';
import { openLog } from '../services/system/log.ts';
import { appPaths, type Surroundings } from '../services/system/paths.ts';
import { createTransfer } from '../services/transfer/transfer.ts';
import { createArchive, type Archive } from './archive.ts';
import { createEvents, type Listener } from './events.ts';
import { createHandlers } from './handlers.ts';
import { createLimits } from './limits.ts';
import { createMigrations } from './migrations.ts';
import { readCaseFact } from './recovery/record.ts';
import { readFact } from './read-fact.ts';
import { watchVerdicts } from './watch-verdicts.ts';

export { reportFile } from './report/report-file.ts';
export type { Archive };

export interface EngineOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly cwd: string;
  readonly asker: Asker;
  /** Name in clouds.yaml; without it `OS_CLOUD`, or the `OS_*` variables. */
  readonly cloud?: string;
  /** An openrc file instead of clouds.yaml; it is read, never executed. */
  readonly openrc?: string;
  readonly settingsFile?: string;
  /** A profile that was read already, instead of any of these. */
  readonly profile?: CloudProfile;
  /** Looks now and then whether the verdict on a migration was given elsewhere; for a process that stays. */
  readonly watchesVerdicts?: boolean;
  /** Puts something in front of a port; tests watch or hurt a migration here. */
  readonly around?: (ports: Ports<Fact>) => Ports<Fact>;
}

/** One cloud, its hosts and the migrations of this user, behind the calls of the contract. */
export interface Engine {
  readonly handlers: EngineHandlers;
  /** Returns what ends the listening. */
  listen(listener: Listener): () => void;
  /** Who we are to the cloud; logs in. */
  identity(): Promise<CloudIdentity>;
  /** Migrations that it drives now. */
  active(): readonly MigrationView[];
  /** Stops our part and closes every connection; jobs on the hosts go on. */
  close(): Promise<void>;
}

const GIB = 1024 ** 3;
/** A verdict is waited for over hours: one look for so many of those that follow a step, and seldom enough for any cloud. */
const LOOKS = 10;
const LOOK_MS = 30_000;

/**
 * Wires the real services together; the only place that knows them all.
 *
 * @throws Failure `settings.malformed`, `profile.not-found`, `profile.malformed`, `journal.unwritable`
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const surroundings = surroundingsOf(options);
  const settings = await loadSettings(surroundings, options.settingsFile);
  const profile = options.profile ?? (await readProfile(options));
  const paths = appPaths(surroundings);
  const clock = systemClock;
  const file = openLogFile(paths.state);
  if (profile.login.kind === 'password') file.addSecret(profile.login.password);
  if (profile.login.kind === 'application-credential') file.addSecret(profile.login.secret);
  if (profile.login.kind === 'token') file.addSecret(profile.login.token);
  const events = createEvents(clock);
  const log: Ports<Fact>['log'] = (line) => {
    file.log(line);
    events.line(file.clean(line));
  };

  const known = new Map<string, Hypervisor>();
  const cloud = rememberHypervisors(openCloud(profile, { log, clock }), known);
  const hosts = createHosts({
    resolve: (host) =>
      resolveTarget(settings, known.get(host)?.hypervisorHostname ?? host, known.get(host)?.hostIp),
    asker: options.asker,
    log,
    env: options.env,
    home: options.home,
  });
  const { nova } = settings;
  const real: Ports<Fact> = {
    cloud,
    hosts,
    hypervisors: createHypervisors({
      hosts,
      clock,
      log,
      settings: {
        novaUser: nova.user,
        ...(nova.configFiles.length > 0 && { novaConfigFiles: nova.configFiles }),
        ...(nova.instancesPath !== undefined && { instancesPath: nova.instancesPath }),
      },
    }),
    transfer: createTransfer({ hosts, clock, log }),
    journals: journalsIn(paths.state),
    clock,
    log,
  };
  const ports = options.around === undefined ? real : options.around(real);

  const controller = new AbortController();
  // Every call that is still looking at something listens to it.
  setMaxListeners(0, controller.signal);
  const who = whoAmI();
  const migrations = createMigrations({
    ports,
    events,
    limits: createLimits(settings.limits),
    who,
    pollMs: settings.pollMs,
  });
  const endWatch =
    options.watchesVerdicts === true
      ? watchVerdicts({
          ports,
          migrations,
          cloud: profile.name,
          everyMs: Math.max(settings.pollMs, Math.min(settings.pollMs * LOOKS, LOOK_MS)),
        })
      : () => Promise.resolve();
  const defaults = {
    limitMibPerSecond: settings.bandwidthMibPerSecond,
    stopTimeoutSeconds: settings.stopTimeoutSeconds,
    reserveBytes: settings.reserveGib * GIB,
    stopNewsSeconds: nova.stopNewsSeconds,
  };
  return {
    handlers: createHandlers({
      ports,
      events,
      migrations,
      records: openJournals(join(paths.state, 'recoveries'), readCaseFact),
      defaults,
      who,
      pollMs: settings.pollMs,
      signal: controller.signal,
    }),
    listen: (listener) => events.listen(listener),
    identity: () => cloud.identity(controller.signal),
    active: () => migrations.active(),
    async close() {
      controller.abort();
      await endWatch();
      await migrations.close();
      events.flush();
      await hosts.close();
      file.close();
    },
  };
}

function readProfile(options: EngineOptions): Promise<CloudProfile> {
  return options.openrc === undefined
    ? loadProfile(options.cloud, options.env, options.cwd, options.home)
    : loadOpenrc(options.openrc, options.home);
}

/** What the journals alone tell: no cloud and no host is asked. */
export function openArchive(options: Pick<EngineOptions, 'env' | 'home'>): Archive {
  return createArchive(journalsIn(appPaths(surroundingsOf(options)).state), systemClock);
}

/** `user@workstation`: who decides, in facts, locks and reports. */
export function whoAmI(): string {
  return `${userInfo().username}@${hostname()}`;
}

function surroundingsOf({ env, home }: Pick<EngineOptions, 'env' | 'home'>): Surroundings {
  return { platform: process.platform, env, home };
}

function journalsIn(state: string): Journals<Fact> {
  return openJournals(join(state, 'migrations'), readFact);
}

function openLogFile(state: string): ReturnType<typeof openLog> {
  try {
    mkdirSync(state, { recursive: true, mode: 0o700 });
    return openLog({ path: join(state, 'coldhaul.log'), level: 'debug' });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure('journal.unwritable', `nothing can be written below ${state}: ${why}`, {
      hint: 'Without a journal nothing is started. Make room there, or set XDG_STATE_HOME.',
      cause,
    });
  }
}

/** Settings name a host by its hypervisor's name, or by the address that the cloud tells of it. */
function rememberHypervisors(cloud: Cloud, known: Map<string, Hypervisor>): Cloud {
  return {
    ...cloud,
    async hypervisors(signal) {
      const found = await cloud.hypervisors(signal);
      for (const hypervisor of found) known.set(hypervisor.host, hypervisor);
      return found;
    },
  };
}
