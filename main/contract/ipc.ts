import { z } from 'zod';
import { FLATTENINGS, ROUTES } from '../domain/plan.ts';
import { CODECS } from '../domain/codec.ts';
import { STREAMS_MOST } from '../domain/streams.ts';
import { DIGEST_ALGORITHMS } from '../domain/digest.ts';
import { CloudsView, CloudView, DeskView, QuestionView, SettingsValues, SettingsView } from './desk-views.ts';
import { CaseView, StepDoneView, StuckView } from './recovery-views.ts';
import {
  CheckView,
  DoctorView,
  InventoryView,
  LogLineView,
  MigrationView,
  PlanView,
  ReportView,
  SampleView,
} from './views.ts';

const MigrationOnly = z.object({ id: z.uuid() });
/** Who decided; left out, the user of this workstation. */
const Decision = MigrationOnly.extend({ by: z.string().min(1).optional() });
const name = z.string().min(1).max(255);
const limitMibPerSecond = z.number().positive().max(1_000_000);
const nothing = z.object({});
/** For whoever asked to save it. */
const FileView = z.object({ fileName: z.string(), mediaType: z.string(), text: z.string() });

/** Calls of one engine, on one cloud. The key is the channel name. A call never waits for a migration to end. */
export const engineCalls = {
  /** Hosts and instances. `onHosts` also reads the disks on the hosts (all, or the one named by `host`). */
  'inventory.read': {
    input: z.object({ host: name.optional(), onHosts: z.boolean().default(false) }),
    output: InventoryView,
  },
  /**
   * `server` is an id or a name. Without `route` the best possible one is taken, without `digest` the fastest that both
   * hosts have, without `codec` and `streams` what promises the fastest copy. With `live` the disks are frozen and copied while it runs, by
   * route thin; by that route alone a disk can be flattened as a `stream`, without it what is possible and quicker is taken. `ask` names it in `plan.progress`.
   */
  'plan.make': {
    input: z.object({
      server: z.string().min(1),
      destination: name,
      route: z.enum(ROUTES).optional(),
      limitMibPerSecond: limitMibPerSecond.optional(),
      stopTimeoutSeconds: z.int().positive().max(86_400).optional(),
      digest: z.enum(DIGEST_ALGORITHMS).optional(),
      codec: z.enum(CODECS).optional(),
      streams: z.number().int().min(1).max(STREAMS_MOST).optional(),
      live: z.boolean().optional(),
      flatten: z.enum(FLATTENINGS).optional(),
      ask: z.uuid().optional(),
    }),
    output: PlanView,
  },
  /** Gives up a plan that is being made; nothing happens if it is made already. */
  'plan.stop': { input: z.object({ ask: z.uuid() }), output: nothing },
  /** Warnings must be acknowledged by their ids; anything that blocks cannot be. */
  'migration.start': {
    input: z.object({
      planId: z.uuid(),
      acknowledged: z.array(z.string()).default([]),
      by: z.string().min(1).optional(),
    }),
    output: MigrationView,
  },
  'migration.show': { input: MigrationOnly, output: MigrationView },
  'migration.resume': { input: MigrationOnly, output: MigrationView },
  /** Before the hand-over: what runs on the hosts is stopped, nothing is given up, and a resume goes on. */
  'migration.pause': { input: Decision, output: MigrationView },
  /** Before the hand-over: back to the source. Afterwards it is a revert, and refused here. */
  'migration.cancel': { input: Decision, output: MigrationView },
  'migration.confirm': { input: Decision, output: MigrationView },
  'migration.revert': { input: Decision, output: MigrationView },
  /** Another limit for the copies of this migration, also while they run; `null` lifts it. */
  'migration.limit': {
    input: MigrationOnly.extend({ limitMibPerSecond: limitMibPerSecond.nullable() }),
    output: MigrationView,
  },
  'migration.report': { input: MigrationOnly, output: ReportView },
  /** The report as a file: JSON for programs, or one HTML page without outside parts, made for printing. */
  'migration.report-file': {
    input: MigrationOnly.extend({ format: z.enum(['json', 'html']) }),
    output: FileView,
  },
  /** Every instance that is stuck, or silently wrong; `recovery.progress` tells what it is at. */
  'recovery.stuck': { input: nothing, output: StuckView },
  /** All that is known of one instance, what is wrong with it, and the steps as they may be done now. */
  'recovery.diagnose': { input: z.object({ server: z.string().min(1) }), output: CaseView },
  /** One step of a case by its key; everything is read and judged anew before. Ends when the step has ended. */
  'recovery.step': {
    input: z.object({ server: z.string().min(1), key: z.string().min(1).max(4096) }),
    output: StepDoneView,
  },
  /** What was done with an instance in trouble, with all that was seen before and after each step: JSON, as a file. */
  'recovery.record-file': { input: z.object({ server: z.string().min(1) }), output: FileView },
  /** The cloud and every host, or the named ones; each check is also told by `doctor.progress` as it ends. */
  'doctor.run': { input: z.object({ hosts: z.array(name).default([]) }), output: DoctorView },
} as const satisfies Record<string, Call>;

/** Calls of the desk: which cloud, what is asked, what is kept. They work without any cloud. */
export const deskCalls = {
  'desk.read': { input: nothing, output: DeskView },
  'clouds.find': { input: nothing, output: CloudsView },
  /** Makes this cloud the one that the page works on. Migrations of another go on. */
  'clouds.open': { input: z.object({ name }), output: CloudView },
  /** Takes an openrc or clouds.yaml file by its text. The secret, if it has one or one is given, goes to the key store. */
  'clouds.import': {
    input: z.object({
      fileName: z.string().max(4096),
      text: z.string().max(1_000_000),
      /** For a password that the file does not hold. */
      secret: z.string().min(1).max(10_000).optional(),
    }),
    output: z.object({ imported: z.array(z.string()).readonly(), clouds: CloudsView }),
  },
  'clouds.secret': { input: z.object({ name, secret: z.string().min(1).max(10_000) }), output: CloudsView },
  'clouds.remove': { input: z.object({ name }), output: CloudsView },
  /** `accepted` is for a host key, `passphrase` for a key file; neither is no. False: somebody answered before. */
  'question.answer': {
    input: z.object({
      id: z.uuid(),
      accepted: z.boolean().optional(),
      passphrase: z.string().max(10_000).optional(),
    }),
    output: z.object({ taken: z.boolean() }),
  },
  'settings.read': { input: nothing, output: SettingsView },
  /** Checked as the file itself would be; counts for every connection and migration that begins afterwards. */
  'settings.write': { input: z.object({ values: SettingsValues }), output: SettingsView },
  /** Lines of this process's life, oldest first; `before` is the number of a line that is there already. */
  'log.read': {
    input: z.object({
      migration: z.uuid().optional(),
      before: z.int().positive().optional(),
      limit: z.int().positive().max(20_000).default(5_000),
    }),
    output: z.object({ lines: z.array(LogLineView).readonly(), more: z.boolean() }),
  },
  /** Counts of bytes kept of one migration, oldest first, thinned out where there are many. */
  'samples.read': {
    input: z.object({ migration: z.uuid() }),
    output: z.object({ samples: z.array(SampleView).readonly() }),
  },
} as const satisfies Record<string, Call>;

/** Requests, page (or CLI) to us. */
export const calls = { ...engineCalls, ...deskCalls } as const;

/** Broadcasts, engine to page. Samples and lines travel in batches, at most four messages a second. */
export const events = {
  'migration.changed': MigrationView,
  'disk.samples': z.array(SampleView).readonly(),
  'log.lines': z.array(LogLineView).readonly(),
  'plan.progress': z.object({ ask: z.uuid(), message: z.string() }),
  'doctor.progress': z.object({ check: CheckView, hostsDone: z.int(), hostsTotal: z.int() }),
  'recovery.progress': z.object({ message: z.string() }),
  'cloud.changed': CloudView,
  'questions.changed': z.array(QuestionView).readonly(),
} as const satisfies Record<string, z.ZodType>;

interface Call {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}
export type CallName = keyof typeof calls;
/** What a caller gives: defaults may be left out. */
export type Asked<K extends CallName> = z.input<(typeof calls)[K]['input']>;
export type Input<K extends CallName> = z.output<(typeof calls)[K]['input']>;
export type Output<K extends CallName> = z.output<(typeof calls)[K]['output']>;
export type EventName = keyof typeof events;
export type Payload<K extends EventName> = z.output<(typeof events)[K]>;

/** One broadcast with its name, so that a listener can tell them apart by a switch. */
export type EngineEvent = {
  readonly [K in EventName]: { readonly name: K; readonly payload: Payload<K> };
}[EventName];

/** Calls that one engine answers, without a desk around it. */
export type EngineCallName = keyof typeof engineCalls;

type HandlersOf<K extends CallName> = { readonly [N in K]: (input: Input<N>) => Promise<Output<N>> };
/** One engine as the CLI uses it. */
export type EngineHandlers = HandlersOf<EngineCallName>;
/** Desk and engine as a page sees them: the preload bridge and the loopback host both offer exactly this. */
export type Handlers = HandlersOf<CallName>;
