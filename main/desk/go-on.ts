import type { MigrationView } from '../contract/views.ts';
import type { Engines } from './engines.ts';
import { failureView } from './failure-view.ts';
import type { DeskMigrations } from './migrations.ts';

/** Called with the name of a cloud for which there is a login again. */
export type GoOn = (cloud: string) => void;

/** True if it waits for a login, and for nothing else. */
export function isWithoutLogin({ active, interrupted }: MigrationView): boolean {
  return !active && interrupted?.code === 'cloud.credentials';
}

/**
 * Goes on with every migration of the cloud that stopped because its login was not taken any more. One whose instance
 * has not been stopped yet is left to its Resume: who mends a password does not expect that a server goes off.
 */
export function createGoOn(
  migrations: Pick<DeskMigrations, 'told'>,
  engines: Pick<Engines, 'use'>,
  say: (message: string, level?: 'warn') => void,
): GoOn {
  // Between a new login and the first word of its engine the same one may be asked for twice.
  const underWay = new Set<string>();
  return (cloud) => {
    const due = migrations
      .told()
      .filter(
        (view) => view.cloud === cloud && isWithoutLogin(view) && view.enteredAtMs['stopping'] !== undefined,
      )
      .filter(({ id }) => !underWay.has(id));
    for (const { id, server } of due) {
      underWay.add(id);
      say(`there is a login for ${cloud} again: the migration of ${server.name} goes on`);
      engines
        .use(cloud, (engine) => engine.handlers['migration.resume']({ id }))
        .catch((error: unknown) => {
          say(`the migration of ${server.name} does not go on: ${failureView(error).message}`, 'warn');
        })
        .finally(() => underWay.delete(id));
    }
  };
}
