import { z } from 'zod';
import { ROUTES } from '../domain/plan.ts';
import { DoctorView, InventoryView, LogLineView, MigrationView, PlanView, SampleView } from './views.ts';

const MigrationOnly = z.object({ id: z.uuid() });
const name = z.string().min(1).max(255);

/** Requests, page (or CLI) to engine. The key is the channel name. A call never waits for a migration to end. */
export const calls = {
  /** Everything a page needs to begin, or to catch up after it missed an event. */
  'engine.snapshot': {
    input: z.object({}),
    output: z.object({ cloud: z.string(), migrations: z.array(MigrationView).readonly() }),
  },
  /** Hosts and instances. `onHosts` also reads the disks on the hosts (all, or the one named by `host`). */
  'inventory.read': {
    input: z.object({ host: name.optional(), onHosts: z.boolean().default(false) }),
    output: InventoryView,
  },
  /** `server` is an id or a name. Without `route` the best possible one is taken. */
  'plan.make': {
    input: z.object({
      server: z.string().min(1),
      destination: name,
      route: z.enum(ROUTES).optional(),
      limitMibPerSecond: z.number().positive().optional(),
      stopTimeoutSeconds: z.int().positive().max(86_400).optional(),
    }),
    output: PlanView,
  },
  /** Warnings must be acknowledged by their ids; anything that blocks cannot be. */
  'migration.start': {
    input: z.object({
      planId: z.uuid(),
      acknowledged: z.array(z.string()).default([]),
      by: z.string().min(1),
    }),
    output: MigrationView,
  },
  'migration.show': { input: MigrationOnly, output: MigrationView },
  'migration.resume': { input: MigrationOnly, output: MigrationView },
  /** Before the hand-over: back to the source. Afterwards it is a revert, and refused here. */
  'migration.cancel': { input: MigrationOnly.extend({ by: z.string().min(1) }), output: MigrationView },
  'migration.confirm': { input: MigrationOnly.extend({ by: z.string().min(1) }), output: MigrationView },
  'migration.revert': { input: MigrationOnly.extend({ by: z.string().min(1) }), output: MigrationView },
  /** The cloud and every host, or the named ones. */
  'doctor.run': { input: z.object({ hosts: z.array(name).default([]) }), output: DoctorView },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

/** Broadcasts, engine to page. Samples and lines travel in batches, at most four messages a second. */
export const events = {
  'migration.changed': MigrationView,
  'disk.samples': z.array(SampleView).readonly(),
  'log.lines': z.array(LogLineView).readonly(),
} as const satisfies Record<string, z.ZodType>;

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

/** The engine as a page sees it: the preload bridge and the loopback host both offer exactly this. */
export type Handlers = { readonly [K in CallName]: (input: Input<K>) => Promise<Output<K>> };
