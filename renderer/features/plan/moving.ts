import type { InstanceView, InventoryView } from '@contract/views.ts';

/** An instance that is to be moved; the cloud may not have told of it yet. */
export interface Moving {
  readonly id: string;
  /** Its id until its name is known. */
  readonly name: string;
  readonly instance: InstanceView | undefined;
}

export function movingOf(
  servers: readonly string[],
  inventory: InventoryView | undefined,
): readonly Moving[] {
  const known = new Map(inventory?.instances.map((instance) => [instance.id, instance]));
  return servers.map((id) => {
    const instance = known.get(id);
    return { id, name: instance?.name ?? id, instance };
  });
}
