import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { connect, type Calls, type Wire } from '../electron/wire.ts';

/** A process of its own, so that what it does costs the measuring one nothing. */
export interface Child<Theirs extends Calls> {
  readonly pid: number | undefined;
  readonly ask: Wire<Theirs>['ask'];
  /** Lets go of it; it cleans up and ends. */
  end(): Promise<void>;
}

/** Against a process that does not end; nothing is measured by it. */
const END_BOUND_MS = 60_000;

/** Starts one of our TypeScript files, which calls `answerParent`. */
export function startChild<Theirs extends Calls>(
  file: URL,
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Child<Theirs> {
  const child = fork(fileURLToPath(file), [], {
    ...(options.env !== undefined && { env: { ...options.env } }),
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    execArgv: ['--import', import.meta.resolve('tsx')],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const wire = connect<Theirs, Calls>(
    {
      send: (packet) => {
        if (child.connected) child.send(packet as object, () => undefined);
      },
      listen: (take) => {
        child.on('message', take);
      },
    },
    {},
  );
  void ended.then(([code]) => {
    wire.cut(`the process of ${file.pathname} ended with ${String(code)}`);
  });
  return {
    pid: child.pid,
    ask: (name, input) => wire.ask(name, input),
    async end() {
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), END_BOUND_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** In the child: answers the measuring process until that lets go of it or is gone, then cleans up and ends. */
export function answerParent<Ours extends Calls>(
  answers: { readonly [K in keyof Ours]: (input: Parameters<Ours[K]>[0]) => unknown },
  cleanUp: () => Promise<void>,
): void {
  connect<Calls, Ours>(
    {
      send: (packet) => {
        if (process.connected) process.send?.(packet);
      },
      listen: (take) => {
        process.on('message', take);
      },
    },
    answers,
  );
  // Ctrl-C reaches every process of the terminal; the measuring one lets go of us when it ends.
  process.on('SIGINT', () => undefined);
  process.once('disconnect', () => {
    void cleanUp().finally(() => process.exit());
  });
}
