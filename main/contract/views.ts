import { z } from 'zod';
import { PHASES } from '../domain/migration.ts';
import { ROUTES, STRATEGIES } from '../domain/plan.ts';
import { CODECS } from '../domain/codec.ts';
import { COMPARISON } from '../domain/facts.ts';
import { DIGEST_ALGORITHMS } from '../domain/digest.ts';
import { VERDICTS } from '../domain/preflight/judgement.ts';

/** What the page and the CLI see. Plain data; nothing secret, nothing alive. Bytes, seconds and milliseconds say so in their names. */

const bytes = z.number().nonnegative();
const optionalMs = z.number().optional();

export const FindingView = z.object({
  id: z.string(),
  /** A few words for a heading; findings of older journals have none. */
  title: z.string().optional(),
  verdict: z.enum(VERDICTS),
  message: z.string(),
  /** What was read, and how to look oneself; a line each. */
  evidence: z.array(z.string()).readonly().optional(),
  fix: z.string().optional(),
  /** `user@workstation` who went on in spite of this warning; of a migration that was started. */
  acknowledgedBy: z.string().optional(),
});

export const DiskPlanView = z.object({
  name: z.string(),
  role: z.enum(['root', 'ephemeral', 'swap', 'config', 'other']),
  strategy: z.enum(STRATEGIES),
  reason: z.string(),
  path: z.string(),
  format: z.string(),
  virtualBytes: bytes,
  allocatedBytes: bytes,
  bytesToMove: bytes,
  chain: z.array(z.string()).readonly(),
});

export const PredictionView = z.object({
  seconds: z.number(),
  parts: z.array(z.object({ name: z.string(), seconds: z.number() })).readonly(),
  /** Earlier migrations in this cloud that the times of stop and hand-over are from. */
  seenIn: z.number().optional(),
});

/** Rates in bytes a second; the parts as domain/way.ts tells. */
const SpeedView = z.object({
  copyBytesPerSecond: z.number(),
  digestBytesPerSecond: z.number(),
  parts: z
    .object({
      readBytesPerSecond: z.number(),
      sendBytesPerSecond: z.number(),
      cipherBytesPerSecond: z.number().optional(),
      writeBytesPerSecond: z.number(),
      writesDirectly: z.boolean().optional(),
    })
    .optional(),
});

export const PlanView = z.object({
  id: z.uuid(),
  madeAtMs: z.number(),
  cloud: z.string(),
  server: z.object({
    id: z.string(),
    name: z.string(),
    projectId: z.string(),
    running: z.boolean(),
    volumes: z.number(),
  }),
  source: z.string(),
  destination: z.string(),
  destinationAddress: z.string(),
  route: z.enum(ROUTES),
  routeReason: z.string(),
  disks: z.array(DiskPlanView).readonly(),
  bases: z
    .array(
      z.object({
        path: z.string(),
        allocatedBytes: bytes,
        action: z.enum(['stage', 'present']),
        reason: z.string(),
      }),
    )
    .readonly(),
  findings: z.array(FindingView).readonly(),
  bytesToMove: bytes,
  bytesToStage: bytes,
  /** Names of the disks that are frozen and copied while the instance runs. */
  liveDisks: z.array(z.string()).readonly(),
  speed: SpeedView.optional(),
  /** Connections for each big file; without it one. */
  streams: z.object({ streams: z.number(), copyBytesPerSecond: z.number(), reason: z.string() }).optional(),
  /** What our copies are compressed with, the rate that is expected of them, and why. */
  codec: z.object({ codec: z.enum(CODECS), copyBytesPerSecond: z.number(), reason: z.string() }).optional(),
  downtime: PredictionView.optional(),
  downtimeByNova: PredictionView.optional(),
  /** Were its disks copied while it runs; only where that can be had, was not asked for, and saves time. */
  downtimeIfLive: PredictionView.optional(),
  commands: z.array(z.object({ phase: z.string(), where: z.string(), command: z.string() })).readonly(),
});

export const DiskView = z.object({
  name: z.string(),
  role: DiskPlanView.shape.role,
  strategy: z.enum(STRATEGIES),
  state: z.enum(['waiting', 'copying', 'copied', 'verified', 'remade by Nova']),
  bytesTotal: bytes,
  bytesDone: bytes,
  seconds: z.number().optional(),
  digest: z
    .object({
      algorithm: z.enum([...DIGEST_ALGORITHMS, COMPARISON]),
      source: z.string(),
      destination: z.string(),
    })
    .optional(),
});

/** A failure as it is told: the cloud's request id is for its operators. */
const Told = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  requestId: z.string().optional(),
});

export const MigrationView = z.object({
  id: z.uuid(),
  phase: z.enum(PHASES),
  /** A process drives it right now. */
  active: z.boolean(),
  server: z.object({ id: z.string(), name: z.string(), running: z.boolean() }),
  source: z.string(),
  destination: z.string(),
  route: z.enum(ROUTES),
  disks: z.array(DiskView).readonly(),
  bytesToMove: bytes,
  /** Of all its copies together; `undefined` is no limit. Can be changed while it copies. */
  limitMibPerSecond: z.number().optional(),
  /** Name of the cloud's profile that it was planned on. */
  cloud: z.string(),
  /** Who started it, `user@workstation`. */
  by: z.string(),
  enteredAtMs: z.partialRecord(z.enum(PHASES), z.number()),
  updatedAtMs: z.number(),
  /** The instance is off since, or was off from, to. */
  downtime: z.object({ startMs: optionalMs, endMs: optionalMs, predictedSeconds: z.number().optional() }),
  /** True if the instance runs now, as far as is known. */
  running: z.boolean(),
  /** Bytes that Nova itself wrote at the destination; `undefined` until the hand-over. */
  novaCopiedBytes: bytes.optional(),
  /** Nova on the destination confirms by itself then, whether or not it is proven; `undefined`: never, or not any more. */
  confirmsItselfAtMs: optionalMs,
  /** Disks whose frozen layer is still to be merged after the verdict; only of route thin. */
  merging: z.array(z.string()).readonly().optional(),
  proven: z.boolean(),
  proofs: z.array(z.object({ name: z.string(), ok: z.boolean(), said: z.string() })).readonly(),
  failure: Told.optional(),
  /** Why nobody drives it although there is work to do; it can be resumed. */
  interrupted: Told.optional(),
  /** Somebody stopped it on purpose, and nothing has happened since. */
  paused: z.object({ by: z.string(), atMs: z.number() }).optional(),
  /** What is in its way just now, and is tried again; it goes on by itself. */
  waiting: Told.extend({ sinceMs: z.number() }).optional(),
  /** Where the good copy is, when it did not end as planned. */
  outcome: z.string().optional(),
  /** What the admin can do next, in words. */
  next: z.string(),
});

export const HostView = z.object({
  name: z.string(),
  state: z.enum(['up', 'down']),
  status: z.enum(['enabled', 'disabled']),
  disabledReason: z.string().optional(),
  address: z.string(),
  instances: z.number(),
  diskGib: z.object({ capacity: z.number(), used: z.number() }).optional(),
  ramMib: z.object({ capacity: z.number(), used: z.number() }).optional(),
  vcpus: z.object({ capacity: z.number(), used: z.number() }).optional(),
  /** Read on the host itself, if it was asked for. */
  onHost: z.object({ freeBytes: bytes, totalBytes: bytes, transport: z.enum(['ssh', 'rsync']) }).optional(),
  problem: z.string().optional(),
});

export const InstanceView = z.object({
  id: z.string(),
  name: z.string(),
  projectId: z.string(),
  /** `undefined` if the login may not ask Keystone for it. */
  projectName: z.string().optional(),
  status: z.string(),
  taskState: z.string().optional(),
  host: z.string().optional(),
  locked: z.boolean().optional(),
  volumes: z.number(),
  configDrive: z.boolean(),
  updatedAt: z.string(),
  flavorDiskGib: z.number().optional(),
  /** Why it may be stuck, if it looks so. */
  warning: z.string().optional(),
  disks: z
    .array(
      z.object({
        name: z.string(),
        role: DiskPlanView.shape.role,
        format: z.string(),
        virtualBytes: bytes,
        allocatedBytes: bytes,
        chain: z.array(z.string()).readonly(),
        /** Whether the base is the image's: `sha1(image id)`. */
        baseIsImage: z.boolean().optional(),
        problem: z.string().optional(),
      }),
    )
    .readonly()
    .optional(),
  domain: z.string().optional(),
  /** What it starts with, from the domain on its host; absent if the host was not read. */
  firmware: z.enum(['bios', 'uefi', 'unknown']).optional(),
  leftovers: z.array(z.string()).readonly().optional(),
});

export const InventoryView = z.object({
  cloud: z.string(),
  readAtMs: z.number(),
  hosts: z.array(HostView).readonly(),
  instances: z.array(InstanceView).readonly(),
});

export const CheckView = z.object({
  /** `cloud`, or the name of a host. */
  subject: z.string(),
  /** That of the check; what is told before any check could be made has none. */
  id: z.string().optional(),
  title: z.string().optional(),
  verdict: z.enum(VERDICTS),
  message: z.string(),
  /** What was read, and how to look oneself; a line each. */
  evidence: z.array(z.string()).readonly().optional(),
  fix: z.string().optional(),
});

export const DoctorView = z.object({ checks: z.array(CheckView).readonly() });

/** One migration with all that is known of it, for reading afterwards. */
export const ReportView = z.object({
  madeAtMs: z.number(),
  plan: PlanView,
  migration: MigrationView,
  /** The facts of the journal in words, oldest first. */
  history: z.array(z.object({ atMs: z.number(), phase: z.enum(PHASES), message: z.string() })).readonly(),
});

export const LogLineView = z.object({
  /** Counts up from 1 as long as the process lives, so that lines read and lines told can be put together. */
  number: z.int(),
  atMs: z.number(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
  host: z.string().optional(),
  disk: z.string().optional(),
  migration: z.string().optional(),
  command: z.string().optional(),
});

export const SampleView = z.object({
  migration: z.uuid(),
  disk: z.string(),
  atMs: z.number(),
  bytesDone: bytes,
});

export type PlanView = z.output<typeof PlanView>;
export type MigrationView = z.output<typeof MigrationView>;
export type DiskView = z.output<typeof DiskView>;
export type InventoryView = z.output<typeof InventoryView>;
export type InstanceView = z.output<typeof InstanceView>;
export type HostView = z.output<typeof HostView>;
export type CheckView = z.output<typeof CheckView>;
export type ReportView = z.output<typeof ReportView>;
export type DoctorView = z.output<typeof DoctorView>;
export type LogLineView = z.output<typeof LogLineView>;
export type SampleView = z.output<typeof SampleView>;
