import type { Fact } from '../../domain/facts.ts';
import { isOver, isProven, replay } from '../../domain/migration.ts';
import type { Ports } from '../../domain/ports.ts';
import type { OwnMigration } from '../../domain/recovery/evidence.ts';

/** What this user's journals say of an instance, newest first; a journal that cannot be read is left to `list`. */
export async function ownMigrations(ports: Ports<Fact>, serverId: string): Promise<readonly OwnMigration[]> {
  const journals = await ports.journals.list();
  return journals.flatMap(({ facts }): readonly OwnMigration[] => {
    const state = replay(facts);
    if (state === undefined || state.plan.server.id !== serverId) return [];
    return [
      {
        id: state.id,
        phase: state.phase,
        isOpen: !isOver(state.phase),
        isProven: isProven(state),
        source: state.plan.source.name,
        destination: state.plan.destination.name,
      },
    ];
  });
}
