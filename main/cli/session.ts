import { homedir } from 'node:os';
import type { Asked, EngineCallName, Output } from '../contract/ipc.ts';
import type { MigrationView } from '../contract/views.ts';
import { Failure } from '../domain/failure.ts';
import { printable } from '../domain/naming.ts';
import { openArchive, openEngine, type Engine, type EngineOptions } from '../engine/compose.ts';
import { createDispatch } from '../host/dispatch.ts';
import { createTerminalAsker } from './ask.ts';

/** What is the same for every command line. */
export interface GlobalOptions {
  readonly cloud?: string;
  readonly openrc?: string;
  readonly settings?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** One engine for one command, spoken to by the same checked calls as the page's. */
export interface Session {
  readonly engine: Engine;
  /** @throws Failure of the call. */
  call<K extends EngineCallName>(name: K, input: Asked<K>): Promise<Output<K>>;
  /** Ends our part; what runs on the hosts goes on. May be asked for again, as after Ctrl-C. */
  close(): Promise<void>;
}

export function engineOptions(options: GlobalOptions): EngineOptions {
  return {
    env: process.env,
    home: homedir(),
    cwd: process.cwd(),
    asker: createTerminalAsker(process.stdin, process.stderr),
    ...(options.cloud !== undefined && { cloud: options.cloud }),
    ...(options.openrc !== undefined && { openrc: options.openrc }),
    ...(options.settings !== undefined && { settingsFile: options.settings }),
  };
}

export async function openSession(options: GlobalOptions): Promise<Session> {
  const engine = await openEngine(engineOptions(options));
  const dispatch = createDispatch(engine.handlers);
  let closed: Promise<void> | undefined;
  return {
    engine,
    async call(name, input) {
      const reply = await dispatch(name, input);
      // The handler of this very name made the value; the contract ties them together.
      if (reply.ok) return reply.value as Output<typeof name>;
      throw new Failure(reply.code, reply.message, {
        ...(reply.hint !== undefined && { hint: reply.hint }),
        ...(reply.requestId !== undefined && { requestId: reply.requestId }),
      });
    },
    close: () => (closed ??= engine.close()),
  };
}

/** The migration that is meant: by id, by the beginning of its id, or the newest one of an instance by id or name. */
export async function findMigration(reference: string, options: GlobalOptions): Promise<MigrationView> {
  const { migrations, problems } = await openArchive(engineOptions(options)).list();
  const exact = migrations.filter(
    (view) => view.id === reference || view.server.id === reference || view.server.name === reference,
  );
  const candidates =
    exact.length > 0
      ? exact
      : migrations.filter((view) => reference.length >= 4 && view.id.startsWith(reference));
  const [newest] = candidates;
  if (newest === undefined) {
    const damaged = problems.length === 0 ? '' : ` Not readable: ${problems.join('; ')}.`;
    throw new Failure(
      'migration.not-found',
      `no migration of ${printable(reference)} was made from this machine.${damaged}`,
      { hint: 'coldhaul status lists them.' },
    );
  }
  const others = candidates.filter((view) => view.server.id !== newest.server.id);
  if (others.length > 0) {
    const which = [newest, ...others].map((view) => `${view.id} (instance ${view.server.id})`);
    throw new Failure(
      'server.ambiguous',
      `${printable(reference)} fits migrations of several instances: ${which.join('; ')}`,
      { hint: 'Give the id of the migration.' },
    );
  }
  return newest;
}
