import { z } from 'zod';
import { BECOME_ROOT } from '../domain/settings.ts';
import { MigrationView } from './views.ts';

/** What the page sees of the desk around the engine: profiles, questions, settings. No secret is in any of it. */

export const FailureView = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  requestId: z.string().optional(),
});

/** A way into a cloud that was found, or brought in by the admin. */
export const ProfileView = z.object({
  name: z.string(),
  /** File, `the environment`, or `imported`. */
  source: z.string(),
  authUrl: z.string(),
  login: z.enum(['password', 'application-credential', 'token']),
  user: z.string().optional(),
  project: z.string().optional(),
  region: z.string().optional(),
  /** Brought in by `clouds.import`; only those can be removed here. */
  imported: z.boolean(),
  /** Its secret is not known (any more) and must be given before it can be opened. */
  needsSecret: z.boolean(),
});

export const CloudsView = z.object({
  profiles: z.array(ProfileView).readonly(),
  /** Every place that was looked at, whether or not it is there. */
  searched: z.array(z.string()).readonly(),
  /** Files and entries that cannot be used, each with line and column. */
  problems: z.array(FailureView).readonly(),
  secrets: z.object({
    /** `memory`: forgotten when the app ends. */
    kept: z.enum(['key-store', 'memory']),
    /** One sentence for the admin, such as why there is no key store. */
    said: z.string(),
  }),
});

/** The cloud that the page works on. */
export const CloudView = z.discriminatedUnion('state', [
  z.object({ state: z.literal('none') }),
  z.object({ state: z.literal('opening'), name: z.string() }),
  z.object({
    state: z.literal('open'),
    name: z.string(),
    userName: z.string(),
    projectName: z.string().optional(),
    roles: z.array(z.string()).readonly(),
    region: z.string().optional(),
    computeVersion: z.string(),
  }),
  z.object({ state: z.literal('failed'), name: z.string(), failure: FailureView }),
]);

/** What only the admin can answer. It stays open until it is answered, by whichever page. */
export const QuestionView = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('host-key'),
    id: z.uuid(),
    host: z.string(),
    address: z.string(),
    keyType: z.string(),
    fingerprint: z.string(),
  }),
  z.object({ kind: z.literal('passphrase'), id: z.uuid(), keyFile: z.string() }),
]);

const hostEntry = {
  address: z.string().optional(),
  port: z.number().optional(),
  user: z.string().optional(),
  alias: z.string().optional(),
};

/** The settings file as values; `domain/settings.ts` says what each one means. */
export const SettingsValues = z.object({
  ssh: z.object({
    configFile: z.string().optional(),
    user: z.string().optional(),
    port: z.number().optional(),
    identityFile: z.string().optional(),
    becomeRoot: z.enum(BECOME_ROOT),
  }),
  hosts: z.object({
    address: z.string(),
    rules: z.array(z.object({ match: z.string(), ...hostEntry })).readonly(),
    overrides: z.record(z.string(), z.object(hostEntry)),
  }),
  limits: z.object({ perSource: z.number(), perDestination: z.number(), total: z.number() }),
  bandwidthMibPerSecond: z.number().optional(),
  reserveGib: z.number(),
  stopTimeoutSeconds: z.number(),
  pollMs: z.number(),
  nova: z.object({
    user: z.string(),
    configFiles: z.array(z.string()).readonly(),
    instancesPath: z.string().optional(),
    stopNewsSeconds: z.number(),
  }),
});

export const SettingsView = z.object({
  path: z.string(),
  /** False: the file is not there, and these are the defaults. */
  exists: z.boolean(),
  values: SettingsValues,
  defaults: SettingsValues,
  /** Why the file cannot be used; the values are the defaults then. */
  problem: FailureView.optional(),
});

/** Everything a page needs to begin, or to catch up after it missed an event. */
export const DeskView = z.object({
  /** Another one means that the process was started again: sequences and line numbers began anew. */
  run: z.uuid(),
  version: z.string(),
  shell: z.enum(['desktop', 'web']),
  /** `user@workstation`, as it is written into facts. */
  who: z.string(),
  /** Of the last event that this view already contains. */
  sequence: z.int(),
  cloud: CloudView,
  questions: z.array(QuestionView).readonly(),
  migrations: z.array(MigrationView).readonly(),
  /** Journals that cannot be read, in words. */
  problems: z.array(z.string()).readonly(),
});

export type FailureView = z.output<typeof FailureView>;
export type ProfileView = z.output<typeof ProfileView>;
export type CloudsView = z.output<typeof CloudsView>;
export type CloudView = z.output<typeof CloudView>;
export type QuestionView = z.output<typeof QuestionView>;
export type SettingsValues = z.output<typeof SettingsValues>;
export type SettingsView = z.output<typeof SettingsView>;
export type DeskView = z.output<typeof DeskView>;
