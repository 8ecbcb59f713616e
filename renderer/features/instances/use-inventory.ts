import { useEffect, useMemo, useRef, useState } from 'react';
import { useDesk } from '../../store/desk.ts';
import { readHost, readInventory, useInventory } from '../../store/inventory.ts';
import { createRowMaker, migrationsByInstance, type Row } from './rows.ts';
import { hasMoved } from './words.ts';

/** What was read longer ago than this is read again when the screen is opened. */
const OLD_MS = 60_000;

/** Reads the cloud when the screen opens, if that is due; and both hosts of a migration when its instance has moved. */
export function useReading(cloud: string): void {
  useEffect(() => {
    const { cloud: known, inventory, reading } = useInventory.getState();
    if (known === cloud && reading !== undefined) return;
    const readAtMs = known === cloud ? inventory?.readAtMs : undefined;
    const changed = useDesk
      .getState()
      .migrations.some((migration) => hasMoved(migration) && migration.updatedAtMs > (readAtMs ?? 0));
    if (readAtMs === undefined || changed || Date.now() - readAtMs > OLD_MS) void readInventory(cloud);
  }, [cloud]);

  const moved = useDesk(({ migrations }) =>
    migrations
      .filter((migration) => migration.cloud === cloud && hasMoved(migration))
      .map(({ id, phase }) => `${id} ${phase}`)
      .join(),
  );
  const movedBefore = useRef<string>(undefined);
  useEffect(() => {
    const before = new Set(movedBefore.current?.split(','));
    if (movedBefore.current !== undefined)
      for (const { id, phase, source, destination } of useDesk.getState().migrations)
        if (moved.includes(`${id} ${phase}`) && !before.has(`${id} ${phase}`)) {
          void readHost(source);
          void readHost(destination);
        }
    movedBefore.current = moved;
  }, [moved]);
}

/** Every instance as a row, with the migration of ours that it has; empty until something was read. */
export function useRows(): readonly Row[] {
  const inventory = useInventory((state) => state.inventory);
  const migrations = useDesk((state) => state.migrations);
  const [makeRows] = useState(createRowMaker);
  const underway = useMemo(() => migrationsByInstance(migrations), [migrations]);
  return useMemo(
    () => (inventory === undefined ? [] : makeRows(inventory, underway)),
    [inventory, underway, makeRows],
  );
}
