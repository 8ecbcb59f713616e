import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { execa } from 'execa';
import type { LabResult } from '../types.ts';
import { commandInHost } from './namespace.ts';
import { LabProblem } from './problem.ts';

export interface RunInHostOptions {
  readonly user?: string;
  readonly stdin?: string;
  readonly signal?: AbortSignal;
}

const MAX_OUTPUT_CHARACTERS = 64 * 1024 * 1024;

/**
 * Runs a program inside the host whose PID 1 this is, as root unless another user is named, and waits for its end.
 *
 * @returns code 128 + N if signal N killed it, as a shell says.
 * @throws the signal's reason if it fires first; the program is killed, what it started is not.
 * @throws LabProblem if nsenter is not there.
 */
export async function runInHost(
  hostPid: number,
  argv: readonly string[],
  options: RunInHostOptions = {},
): Promise<LabResult> {
  const { signal } = options;
  signal?.throwIfAborted();
  const [program = '', ...rest] = commandInHost(hostPid, argv, options.user);
  const running = execa(program, rest, {
    ...(options.stdin === undefined ? { stdin: 'ignore' as const } : { input: options.stdin }),
    reject: false,
    stripFinalNewline: false,
    maxBuffer: MAX_OUTPUT_CHARACTERS,
  });
  let killed: Promise<void> | undefined;
  const kill = (): void => {
    killed = killChild(hostPid, running.pid).catch(() => {
      // Ended by itself meanwhile, or cannot be found: then the program dies with its nsenter.
      running.kill('SIGKILL');
    });
  };
  signal?.addEventListener('abort', kill, { once: true });
  const result = await running;
  signal?.removeEventListener('abort', kill);
  await killed;
  signal?.throwIfAborted();

  const { stdout, stderr } = result;
  if (result.exitCode !== undefined) return { code: result.exitCode, stdout, stderr };
  if (result.signal !== undefined) return { code: 128 + constants.signals[result.signal], stdout, stderr };
  throw new LabProblem(
    `cannot run a program in a lab host: ${result.originalMessage ?? result.shortMessage}`,
  );
}

/**
 * Kills the program that an nsenter waits for. Killing nsenter would do too, but then the program's remains would be
 * for this machine's init to bury, which the host sees as a process that does not go away.
 */
async function killChild(hostPid: number, nsenterPid: number | undefined): Promise<void> {
  const [child] = (await readFile(`/proc/${nsenterPid ?? 0}/task/${nsenterPid ?? 0}/children`, 'utf8')).split(
    ' ',
  );
  const status = await readFile(`/proc/${child ?? ''}/status`, 'utf8');
  // A PID for each namespace that it is in; the last is the host's.
  const pid = /^NSpid:.*\s(\d+)$/m.exec(status)?.[1];
  if (pid === undefined) throw new LabProblem('the program to kill has no PID');
  const [program = '', ...rest] = commandInHost(hostPid, ['kill', '-KILL', pid]);
  await execa(program, rest);
}
