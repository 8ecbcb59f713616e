import type { LogLineView, MigrationView } from '../contract/views.ts';
import { Failure } from '../domain/failure.ts';
import { isOver } from '../domain/migration.ts';
import { printable } from '../domain/naming.ts';
import { EXIT, exitCodeOf, type ExitCode } from './exit-codes.ts';
import { printFailure, printMigration } from './print.ts';
import { createProgress } from './progress.ts';
import type { GlobalOptions, Session } from './session.ts';

/**
 * Shows the migrations while this process drives them, until each is over, waits for a verdict, or was interrupted.
 * Ctrl-C stops our part only: what runs on the hosts goes on, and `resume` finds it again.
 */
export async function follow(
  session: Session,
  ids: readonly string[],
  options: GlobalOptions,
): Promise<readonly MigrationView[]> {
  if (ids.length === 0) return [];
  const progress = createProgress(process.stderr);
  const last = new Map<string, MigrationView>();
  const write = ({ level, message, command }: LogLineView): void => {
    const words = printable(message);
    if (options.verbose === true)
      progress.line(command === undefined ? words : `${words}\n    ${printable(command)}`);
    else if (level !== 'debug') progress.line(words);
  };
  let silence = (): void => undefined;
  const settled = new Promise<void>((resolve) => {
    const look = (view: MigrationView): void => {
      if (!ids.includes(view.id)) return;
      last.set(view.id, view);
      progress.migration(view);
      if (ids.every((id) => last.get(id)?.active === false)) resolve();
    };
    silence = session.engine.listen((event) => {
      if (event.name === 'migration.changed') look(event.payload);
      else if (event.name === 'disk.samples') progress.samples(event.payload);
      else if (event.name === 'log.lines') event.payload.forEach(write);
    });
    void Promise.all(ids.map((id) => session.call('migration.show', { id }))).then((views) => {
      views.forEach(look);
    });
  });
  const detach = (): void => {
    progress.line('Stopping here; what runs on the hosts goes on.');
    void session.close();
  };
  process.once('SIGINT', detach);
  process.once('SIGTERM', detach);
  try {
    await settled;
  } finally {
    silence();
    process.off('SIGINT', detach);
    process.off('SIGTERM', detach);
    progress.stop();
  }
  return ids.flatMap((id) => last.get(id) ?? []);
}

/** The exit code that tells a script how a migration ended. */
export function exitOf(view: MigrationView): ExitCode {
  if (view.interrupted !== undefined) return EXIT.interrupted;
  if (view.phase === 'failed') {
    if (view.failure?.code === 'migration.in-use') return EXIT.inUse;
    return view.failure?.code === 'migration.changed' ? EXIT.refused : EXIT.failed;
  }
  if (view.phase === 'cancelled') return EXIT.done;
  return isOver(view.phase) || view.phase === 'awaiting-verdict' ? EXIT.done : EXIT.interrupted;
}

/** The worst of several ends. */
export function worstExit(codes: readonly ExitCode[]): ExitCode {
  return codes.reduce<ExitCode>((worst, code) => (code > worst ? code : worst), EXIT.done);
}

export function showEnds(views: readonly MigrationView[], options: GlobalOptions): void {
  for (const view of views) {
    if (options.json === true) process.stdout.write(`${JSON.stringify(view)}\n`);
    else process.stdout.write(`${printMigration(view)}\n`);
  }
}

/** A wrong command line, in words like any other failure. */
export function usageFailure({
  code,
  message,
}: {
  readonly code: string;
  readonly message: string;
}): Failure {
  // Without a command commander shows the help, and has nothing to say itself.
  const what = code === 'commander.help' ? 'no command was given' : message.replace(/^error: /, '');
  return new Failure('bad-request', what, {
    hint: 'coldhaul --help lists what there is, coldhaul <command> --help the options of a command.',
  });
}

/** One clear message, and the exit code. Never a stack trace. */
export function showFailure(
  failure: {
    readonly code: string;
    readonly message: string;
    readonly hint?: string | undefined;
    readonly requestId?: string | undefined;
  },
  json: boolean,
): void {
  const { code, message, hint, requestId } = failure;
  if (json) process.stdout.write(`${JSON.stringify({ error: { code, message, hint, requestId } })}\n`);
  process.stderr.write(`${printFailure({ message, hint, requestId })}\n`);
}

export { exitCodeOf };
