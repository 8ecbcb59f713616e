import type { Machine, RecordName, Records, ShellCalls, TestCalls } from '../calls.ts';
import { connect, type Wire } from '../wire.ts';

/** What this machine is like; taken out of the environment, which the shell reads too. */
export const machine = JSON.parse(process.env['STANDIN_MACHINE'] ?? '{}') as Machine;
delete process.env['STANDIN_MACHINE'];

type ShellAnswers = { readonly [K in keyof ShellCalls]: (input: Parameters<ShellCalls[K]>[0]) => unknown };
let wire: Wire<TestCalls> | undefined;

/** Opens the way to the test. */
export function openLink(answers: ShellAnswers): void {
  wire = connect<TestCalls, ShellCalls>(
    {
      send: (packet) => {
        // A process that is on its way out has no channel any more.
        if (process.connected) process.send?.(packet);
      },
      listen: (take) => {
        process.on('message', take);
      },
    },
    answers,
  );
  // Without a test nobody would ever end this process.
  process.on('disconnect', () => {
    process.exit(1);
  });
}

export function ask<K extends keyof TestCalls & string>(
  name: K,
  input: Parameters<TestCalls[K]>[0],
): Promise<Awaited<ReturnType<TestCalls[K]>>> {
  if (wire === undefined) return Promise.reject(new Error('the stand-in has no test'));
  return wire.ask(name, input);
}

/** Tells the test what the shell asked of Electron. */
export function record<K extends RecordName>(name: K, detail: Records[K]): void {
  void ask('record', { name, detail }).catch(() => undefined);
}
