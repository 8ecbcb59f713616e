import type { MigrationRecord, Server } from '../../main/domain/cloud.ts';
import type { DiskFile, HostFacts, InstanceDirectory, InstanceOnHost } from '../../main/domain/host.ts';
import type { Evidence, Side, TroubleLook } from '../../main/domain/recovery/evidence.ts';
import { diagnose, offers, type Offer } from '../../main/domain/recovery/diagnose.ts';
import type { Diagnosis } from '../../main/domain/recovery/rule.ts';
import { closeLook } from './close-look.ts';
import { service } from './plan-evidence.ts';
import {
  directory,
  diskFile,
  hostFacts,
  hostTraits,
  IMAGE_BASE,
  INSTANCES,
  link,
  onHost,
  server,
  SERVER_ID,
} from './samples.ts';

/** Evidence of an instance in trouble between hostA, from where it goes, and hostB. A test changes what it is about. */

export const HOME = `${INSTANCES}/${SERVER_ID}`;
export const RESIZE = `${HOME}_resize`;
export const BASE = `${INSTANCES}/_base/${IMAGE_BASE}`;
/** When the evidence was read. */
export const AT_MS = Date.parse('2026-11-21T12:00:00Z');
/** Of the root disk that holds the guest's data at the source, and of its copy. */
export const SOURCE_INODE = 11;
export const COPY_INODE = 22;

export function minutesAgo(minutes: number): string {
  return new Date(AT_MS - minutes * 60_000).toISOString();
}

/** A disk on its base, or on none if `base` is `undefined`; `missing`: the base is not there. */
export function disk(
  name: string,
  path: string,
  more: Partial<DiskFile> & { readonly base?: string | undefined; readonly missing?: boolean } = {},
): DiskFile {
  const { base = BASE, missing = false, ...rest } = more;
  const file = `${path}/${name}`;
  const top = link(file, { backingPath: base, backingFormat: 'raw' });
  const chain = missing ? [top] : [top, link(base, { format: 'raw' })];
  return diskFile(name, { path: file, inode: SOURCE_INODE, chain, ...rest });
}

/** `<uuid>` or `<uuid>_resize` with these disks; a root disk if none are given. */
export function disks(
  path: string,
  of: readonly DiskFile[] = [disk('disk', path)],
  more: Partial<InstanceDirectory> = {},
): InstanceDirectory {
  return directory(path, { disks: of, ...more });
}

/** The copy at the destination. */
export function copyOf(more: Parameters<typeof disk>[2] = {}): InstanceDirectory {
  return disks(HOME, [disk('disk', HOME, { inode: COPY_INODE, ...more })]);
}

export interface HostSketch extends Partial<InstanceOnHost> {
  /** False: nova-compute is down. */
  readonly isUp?: boolean;
  /** Tells nothing, for this reason. */
  readonly silent?: string;
  /** Paths in its image cache. */
  readonly bases?: readonly string[];
  readonly trouble?: Partial<TroubleLook>;
  readonly facts?: Partial<HostFacts>;
  readonly imagesType?: string;
}

const MONTH_MS = 30 * 24 * 3600_000;

export function side(name: string, sketch: HostSketch = {}): Side {
  const { isUp = true, silent, bases = [], trouble = {}, facts = {}, imagesType, ...instance } = sketch;
  const state = service(name);
  const close = closeLook({ bases: bases.map((path) => ({ ...diskFile('disk'), path })) });
  const traits = hostTraits();
  const nova = { ...traits.nova, ...(imagesType !== undefined && { imagesType }) };
  return {
    name,
    service: isUp ? state : { ...state, state: 'down' },
    told:
      silent === undefined
        ? {
            known: true,
            value: {
              facts: hostFacts({ hostname: name, clockMs: AT_MS, traits: { ...traits, nova }, ...facts }),
              instance: onHost(name, { close, ...instance }),
              trouble: {
                copies: [],
                logLines: [],
                computeStartedAtMs: AT_MS - MONTH_MS,
                diskErrors: '',
                ...trouble,
              },
            },
          }
        : { known: false, why: silent },
  };
}

export function record(more: Partial<MigrationRecord> = {}): MigrationRecord {
  return {
    id: 12,
    uuid: '5e0a8d0c-0000-4000-8000-000000000012',
    status: 'finished',
    type: 'migration',
    sourceCompute: 'hostA',
    destCompute: 'hostB',
    destHost: '10.0.0.12',
    createdAt: minutesAgo(90),
    updatedAt: minutesAgo(60),
    ...more,
  };
}

export interface Sketch extends Partial<Omit<Evidence, 'server' | 'sides' | 'records' | 'actions'>> {
  readonly server?: Partial<Server>;
  readonly records?: readonly MigrationRecord[];
  /** What was asked of Nova, newest first. */
  readonly actions?: readonly string[];
  readonly hostA?: HostSketch;
  readonly hostB?: HostSketch;
  readonly others?: readonly Side[];
}

/** An instance at rest on hostA that never moved, and what is said against that. */
export function evidence(sketch: Sketch = {}): Evidence {
  const {
    server: of,
    records = [],
    actions = ['create'],
    hostA = {},
    hostB = {},
    others = [],
    ...more
  } = sketch;
  return {
    atMs: AT_MS,
    server: server({
      updatedAt: minutesAgo(60),
      host: 'hostA',
      hypervisorHostname: of?.host ?? 'hostA',
      ...of,
    }),
    records,
    actions: {
      known: true,
      value: actions.map((action, index) => ({
        action,
        requestId: `req-${String(index)}`,
        startedAt: minutesAgo(60 + index),
        message: undefined,
        events: [],
      })),
    },
    sides: [side('hostA', hostA), side('hostB', hostB), ...others],
    image: 'there',
    imageBaseName: IMAGE_BASE,
    allocations: { known: true, value: { ofServer: [of?.host ?? 'hostA'], ofMigration: [] } },
    ports: { known: true, value: [] },
    volumes: { known: true, value: [] },
    own: [],
    comparisons: [],
    ...more,
  };
}

/** What a comparison of the two root disks said. */
export function compared(equal: boolean): Pick<Evidence, 'comparisons'> {
  const paths = { sourcePath: `${RESIZE}/disk`, destinationPath: `${HOME}/disk` };
  return { comparisons: [{ ...paths, equal, atMs: AT_MS }] };
}

/** Ids of the rules that speak, worst first. */
export function ids(of: Evidence): readonly string[] {
  return diagnose(of).map(({ rule }) => rule.id);
}

/** What one rule says, with its steps as they may be done now. @throws TypeError if it is silent. */
export function spoken(of: Evidence, id: string): Diagnosis & { readonly offers: readonly Offer[] } {
  const all = diagnose(of);
  const found = all.find(({ rule }) => rule.id === id);
  if (found === undefined)
    throw new TypeError(
      `${id} is silent; there is ${all.map(({ rule }) => rule.id).join(', ') || 'nothing'}`,
    );
  return { ...found, offers: offers(of, found, all) };
}

/** The first step that may be done now: its kind and what it is about, `put-back hostA`, `by-hand Restart nova-compute on hostA`, or `nothing`. */
export function firstStep(of: Evidence, id: string): string {
  const offer = spoken(of, id).offers.find(({ refusals }) => refusals.length === 0);
  if (offer === undefined) return 'nothing';
  const { action } = offer;
  return action.kind === 'by-hand' ? `by-hand ${action.title}` : Object.values(action).join(' ');
}

/** Id, confidence, verdict and first step of one rule, for a test to look at in one go. */
export function said(of: Evidence, id: string): readonly [string, string, string] {
  const { confidence, verdict } = spoken(of, id);
  return [confidence, verdict, firstStep(of, id)];
}
