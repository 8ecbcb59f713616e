import { execa } from 'execa';
import { Failure } from '../../domain/failure.ts';
import type { RunResult } from '../../domain/ports.ts';
import { withoutCloudSecrets } from './child-environment.ts';

export interface ExecOptions {
  readonly stdin?: string;
  /** Replaces the environment as a whole; default is our own. Secrets of the cloud are taken out of either. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** Default 30 s. */
  readonly timeoutMs?: number;
  /** Of each stream; default 16 MiB. */
  readonly maxBytes?: number;
}

/**
 * Runs a program of this machine, without a shell, and waits for it to end.
 *
 * @throws Failure `host.tool-missing` if it is not installed here, `cancelled`, or `host.command-failed` if it does
 * not start, takes too long or says too much.
 */
export async function exec(argv: readonly string[], options: ExecOptions = {}): Promise<RunResult> {
  const [program = '', ...args] = argv;
  const { stdin = '', env = process.env, signal, timeoutMs = 30_000, maxBytes = 16 * 1024 ** 2 } = options;
  const result = await execa(program, args, {
    reject: false,
    stripFinalNewline: false,
    input: stdin,
    timeout: timeoutMs,
    maxBuffer: maxBytes,
    encoding: 'buffer',
    env: withoutCloudSecrets(env),
    extendEnv: false,
    ...(signal !== undefined && { cancelSignal: signal }),
  });
  const [stdout, stderr] = [decode(result.stdout), decode(result.stderr)];
  if (result.isCanceled) throw new Failure('cancelled', `stopped waiting for ${program}`);
  if (result.timedOut) throw failed(program, `did not end within ${String(timeoutMs / 1000)} s`, stderr);
  if (result.isMaxBuffer) throw failed(program, `wrote more than ${String(maxBytes)} bytes`, '');
  if (result.signal !== undefined) return { kind: 'killed', by: result.signal, stderr };
  if (result.exitCode !== undefined) return { kind: 'exited', code: result.exitCode, stdout, stderr };
  if (result.code === 'ENOENT') {
    throw new Failure('host.tool-missing', `${program} is not installed on this machine`, {
      hint: `Install ${program}, or put it on the PATH.`,
    });
  }
  throw new Failure(
    'host.command-failed',
    `${program} did not start: ${result.shortMessage ?? 'no reason'}`,
    {
      cause: result.cause,
    },
  );
}

function decode(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : new TextDecoder().decode(bytes);
}

function failed(program: string, why: string, stderr: string): Failure {
  const said = stderr.trim();
  return new Failure('host.command-failed', `${program} ${why}${said === '' ? '' : `: ${said}`}`);
}
