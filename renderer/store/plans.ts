import { create } from 'zustand';
import type { FailureView } from '@contract/desk-views.ts';
import type { PlanView } from '@contract/views.ts';
import { call } from '../engine.ts';
import { takeMigration } from './desk.ts';

/** What a plan is asked for; `undefined` is what the settings say. */
export interface PlanWishes {
  readonly destination: string;
  readonly route: 'best' | 'seed' | 'nova';
  readonly limitMibPerSecond: number | undefined;
  readonly stopTimeoutSeconds: number | undefined;
  readonly digest: 'best' | 'b2sum' | 'sha256sum';
}

/** Where the plan of one instance stands. */
export type PlanEntry =
  | { readonly state: 'waiting' }
  | { readonly state: 'making'; readonly ask: string }
  | { readonly state: 'failed'; readonly failure: FailureView }
  | { readonly state: 'stopped' }
  | {
      readonly state: 'made';
      readonly plan: PlanView;
      /** Ids of the warnings that the admin ticked. */
      readonly acknowledged: readonly string[];
      /** Why it could not be started. */
      readonly refused?: FailureView;
    }
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

/** Gives up the plan that is being made and those that wait. */
export function stopPlans(): void {
  run += 1;
  for (const [server, entry] of Object.entries(usePlans.getState().entries)) {
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

function inputOf({ destination, route, limitMibPerSecond, stopTimeoutSeconds, digest }: PlanWishes) {
  return {
    destination,
    ...(route !== 'best' && { route }),
    ...(limitMibPerSecond !== undefined && { limitMibPerSecond }),
    ...(stopTimeoutSeconds !== undefined && { stopTimeoutSeconds }),
    ...(digest !== 'best' && { digest }),
  };
}
