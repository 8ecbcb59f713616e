import { create } from 'zustand';
import type { FailureView } from '@contract/desk-views.ts';
import type { InventoryView } from '@contract/views.ts';
import { call } from '../engine.ts';
import { useDesk } from './desk.ts';
import { carryOver, replaceHost } from './inventory-merge.ts';

interface InventoryState {
  /** Profile that this was read from, or is being read from. */
  readonly cloud: string | undefined;
  /** `undefined` until the first answer. Disks may be older than the rest: `disksReadAtMs`. */
  readonly inventory: InventoryView | undefined;
  readonly disksReadAtMs: number | undefined;
  /** The cloud answers in seconds; the disks on all hosts may take minutes. */
  readonly reading: 'cloud' | 'disks' | undefined;
  /** Hosts that are read by themselves right now. */
  readonly readingHosts: readonly string[];
  readonly failure: FailureView | undefined;
  readonly disksFailure: FailureView | undefined;
}

const NOTHING: InventoryState = {
  cloud: undefined,
  inventory: undefined,
  disksReadAtMs: undefined,
  reading: undefined,
  readingHosts: [],
  failure: undefined,
  disksFailure: undefined,
};

/** Hosts and instances of the open cloud, kept while they are read again. */
export const useInventory = create<InventoryState>(() => NOTHING);

/** Counts the readings; what an earlier one brings late is not wanted any more. */
let current = 0;

export function forgetInventory(): void {
  current += 1;
  useInventory.setState(NOTHING, true);
}

/** Reads the cloud, then the disks on the hosts. Another cloud than before begins with nothing. */
export async function readInventory(cloud: string): Promise<void> {
  if (useInventory.getState().cloud !== cloud) forgetInventory();
  current += 1;
  const mine = current;
  useInventory.setState({ cloud, reading: 'cloud' });
  const fast = await call('inventory.read', {});
  if (mine !== current) return;
  if (!fast.ok) {
    useInventory.setState({ reading: undefined, failure: fast });
    return;
  }
  useInventory.setState(({ inventory }) => ({
    inventory: carryOver(inventory, fast.value),
    failure: undefined,
    reading: 'disks',
  }));
  const full = await call('inventory.read', { onHosts: true });
  if (mine !== current) return;
  if (full.ok) {
    const { value } = full;
    useInventory.setState({ inventory: value, disksReadAtMs: value.readAtMs, disksFailure: undefined });
  } else useInventory.setState({ disksFailure: full });
  useInventory.setState({ reading: undefined });
}

/** Reads one host anew, with its disks; the others stay as they are. */
export async function readHost(host: string): Promise<void> {
  const { cloud, readingHosts } = useInventory.getState();
  if (readingHosts.includes(host)) return;
  useInventory.setState({ readingHosts: [...readingHosts, host] });
  const reply = await call('inventory.read', { host, onHosts: true });
  const state = useInventory.getState();
  if (state.cloud !== cloud) return;
  useInventory.setState({ readingHosts: state.readingHosts.filter((other) => other !== host) });
  if (!reply.ok) useInventory.setState({ disksFailure: reply });
  else if (state.inventory !== undefined)
    useInventory.setState({ inventory: replaceHost(state.inventory, host, reply.value) });
}

/** The cloud that can be read now, if one is open. */
export function useOpenCloud(): string | undefined {
  return useDesk(({ cloud }) => (cloud.state === 'open' ? cloud.name : undefined));
}
