import { create } from 'zustand';
import type { FailureView } from '@contract/desk-views.ts';
import type { PlanView } from '@contract/views.ts';
import { call } from '../engine.ts';
import { takeMigration } from './desk.ts';

/** What a plan is asked for; `undefined` is what the settings say. */
export interface PlanWishes {
  readonly destination: string;
  readonly route: 'best' | 'seed' | 'thin' | 'nova';
  readonly limitMibPerSecond: number | undefined;
  readonly stopTimeoutSeconds: number | undefined;
  readonly digest: 'best' | 'xxh128' | 'b2sum' | 'sha256sum';
  readonly codec: 'best' | 'none' | 'lz4' | 'zstd';
  /** Connections for each big file; `undefined`: by measurement. */
  readonly streams: number | undefined;
  readonly live: boolean;
  readonly flatten: 'best' | 'file' | 'stream';
}

/** A plan to read, and what the admin did with it. */
export interface MadeEntry {
  readonly state: 'made';
  readonly plan: PlanView;
  /** Ids of the warnings that the admin ticked. */
  readonly acknowledged: readonly string[];
  /** The plan that it was before its checks ran again. */
  readonly before?: PlanView;
  /** `ask` of the checks that run again now. */
  readonly checking?: string;
  /** Why the checks could not be run again. */
  readonly unchecked?: FailureView;
  /** Why it could not be started. */
  readonly refused?: FailureView;
}

/** Where the plan of one instance stands. */
export type PlanEntry =
  | { readonly state: 'waiting' }
  | { readonly state: 'making'; readonly ask: string }
  | { readonly state: 'failed'; readonly failure: FailureView }
  | { readonly state: 'stopped' }
  | MadeEntry
  | { readonly state: 'starting'; readonly plan: PlanView; readonly acknowledged: readonly string[] }
  | { readonly state: 'started'; readonly plan: PlanView; readonly migration: string };

interface PlansState {
  readonly servers: readonly string[];
  /** With which wishes the entries were asked for; `undefined` before the first time. */
  readonly wishes: PlanWishes | undefined;
  readonly entries: Readonly<Record<string, PlanEntry>>;
}

/** The plans of the Plan screen. They outlive a look at another screen. */
export const usePlans = create<PlansState>(() => ({ servers: [], wishes: undefined, entries: {} }));

/** Counts up with every run and every stop, so that what comes late is known as late. */
let run = 0;

/** Begins with these instances; what is known of the same ones stays. */
export function openPlans(servers: readonly string[]): void {
  const { servers: before, entries } = usePlans.getState();
  const started = Object.values(entries).some(({ state }) => state === 'started');
  if (!started && before.join() === servers.join()) return;
  stopPlans();
  usePlans.setState({ servers, wishes: undefined, entries: {} });
}

/** Makes the plan of each instance, one after the other: their measurements would disturb each other. */
export async function makePlans(wishes: PlanWishes): Promise<void> {
  stopPlans();
  const mine = (run += 1);
  const { servers } = usePlans.getState();
  usePlans.setState({
    wishes,
    entries: Object.fromEntries(servers.map((server) => [server, { state: 'waiting' }])),
  });
  for (const server of servers) {
    const ask = crypto.randomUUID();
    put(server, { state: 'making', ask });
    const reply = await call('plan.make', { server, ask, ...inputOf(wishes) });
    if (run !== mine) return;
    put(
      server,
      reply.ok ? { state: 'made', plan: reply.value, acknowledged: [] } : { state: 'failed', failure: reply },
    );
  }
}

/** Makes the plan of one instance again, in its place: what was ticked and still says the same stays ticked. */
export async function checkAgain(server: string): Promise<void> {
  const { wishes, entries } = usePlans.getState();
  const entry = entries[server];
  if (wishes === undefined || entry?.state !== 'made' || isBusy(entries)) return;
  const mine = run;
  const ask = crypto.randomUUID();
  put(server, { ...withoutAsk(entry), checking: ask });
  const reply = await call('plan.make', { server, ask, ...inputOf(wishes) });
  const now = usePlans.getState().entries[server];
  if (run !== mine || now?.state !== 'made' || now.checking !== ask) return;
  put(server, reply.ok ? renewed(now, reply.value) : { ...withoutAsk(now), unchecked: reply });
}

/** A plan is being made, waits for its turn, or is being checked again: a second one would disturb its measurement. */
export function isBusy(entries: PlansState['entries']): boolean {
  return Object.values(entries).some(
    (entry) =>
      entry.state === 'making' ||
      entry.state === 'waiting' ||
      (entry.state === 'made' && entry.checking !== undefined),
  );
}

/** Gives up the plan that is being made, those that wait, and checks that run again; their plan stays as it was. */
export function stopPlans(): void {
  run += 1;
  for (const [server, entry] of Object.entries(usePlans.getState().entries)) {
    if (entry.state === 'made' && entry.checking !== undefined) {
      void call('plan.stop', { ask: entry.checking });
      put(server, withoutAsk(entry));
    }
    if (entry.state !== 'waiting' && entry.state !== 'making') continue;
    if (entry.state === 'making') void call('plan.stop', { ask: entry.ask });
    put(server, { state: 'stopped' });
  }
}

export function acknowledge(server: string, finding: string, ticked: boolean): void {
  const entry = usePlans.getState().entries[server];
  if (entry?.state !== 'made') return;
  const others = entry.acknowledged.filter((id) => id !== finding);
  put(server, { ...entry, acknowledged: ticked ? [...others, finding] : others });
}

/** Starts these plans; returns the ids of the migrations that began. */
export async function startPlans(servers: readonly string[]): Promise<readonly string[]> {
  const begun: string[] = [];
  for (const server of servers) {
    const entry = usePlans.getState().entries[server];
    if (entry?.state !== 'made') continue;
    const { plan, acknowledged } = entry;
    put(server, { state: 'starting', plan, acknowledged });
    const reply = await call('migration.start', { planId: plan.id, acknowledged: [...acknowledged] });
    if (!reply.ok) {
      put(server, { state: 'made', plan, acknowledged, refused: reply });
      continue;
    }
    takeMigration(reply.value);
    begun.push(reply.value.id);
    put(server, { state: 'started', plan, migration: reply.value.id });
  }
  return begun;
}

function put(server: string, entry: PlanEntry): void {
  usePlans.setState(({ entries }) => ({ entries: { ...entries, [server]: entry } }));
}

function renewed({ plan: before, acknowledged }: MadeEntry, plan: PlanView): MadeEntry {
  return { state: 'made', plan, before, acknowledged: stillAcknowledged(before, acknowledged, plan) };
}

/** Ids that were ticked and whose warnings say word for word what was ticked. */
function stillAcknowledged(
  before: PlanView,
  acknowledged: readonly string[],
  now: PlanView,
): readonly string[] {
  const said = ({ findings }: PlanView, wanted: string): string =>
    JSON.stringify(
      findings.filter(({ id, verdict }) => id === wanted && verdict === 'warn').map(({ message }) => message),
    );
  return acknowledged.filter((id) => said(before, id) === said(now, id));
}

function withoutAsk({ plan, acknowledged, before }: MadeEntry): MadeEntry {
  return { state: 'made', plan, acknowledged, ...(before !== undefined && { before }) };
}

function inputOf(wishes: PlanWishes) {
  const { destination, route, limitMibPerSecond, stopTimeoutSeconds, digest, codec, streams, live, flatten } =
    wishes;
  return {
    destination,
    ...(route !== 'best' && { route }),
    ...(limitMibPerSecond !== undefined && { limitMibPerSecond }),
    ...(stopTimeoutSeconds !== undefined && { stopTimeoutSeconds }),
    ...(digest !== 'best' && { digest }),
    ...(codec !== 'best' && { codec }),
    ...(streams !== undefined && { streams }),
    ...(live && { live }),
    ...(flatten !== 'best' && { flatten }),
  };
}
