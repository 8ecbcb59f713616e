import type { Fact } from '../../domain/facts.ts';
import { isOver, isProven, replay } from '../../domain/migration.ts';
import type { Ports } from '../../domain/ports.ts';
import type { OwnMigration } from '../../domain/recovery/evidence.ts';

/** What this user's journals say of an instance, newest first; a journal that cannot be read is left to `list`. */
export async function ownMigrations(ports: Ports<Fact>, serverId: string): Promise<readonly OwnMigration[]> {
  return (await allOwnMigrations(ports)).filter((own) => own.serverId === serverId);
}

/** The same of every instance. */
export async function allOwnMigrations(
  ports: Ports<Fact>,
): Promise<readonly (OwnMigration & { readonly serverId: string })[]> {
  const journals = await ports.journals.list();
  return journals.flatMap(({ facts }) => {
    const state = replay(facts);
    if (state === undefined) return [];
    return [
      {
        serverId: state.plan.server.id,
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
