import { execa } from 'execa';
import { Failure } from '../../main/domain/failure.ts';
import type { Hosts, RunOptions, RunResult, Shell } from '../../main/domain/ports.ts';

export interface LocalShellOptions {
  /** Words put before every command, such as a program that enters a namespace. Run as root. */
  readonly enter?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Called before each command; what it throws is thrown to the caller, as a broken line would be. */
  readonly before?: (argv: readonly string[]) => void;
}

/** A shell on this machine. The words are quoted and parsed by `sh` again, as sshd has the login's shell do. Root only. */
export function createLocalShell(host: string, options: LocalShellOptions = {}): Shell {
  return {
    host,
    async run(argv, runOptions = {}) {
      options.before?.(argv);
      const words = [...(options.enter ?? []), ...asUser(runOptions.as), ...argv];
      return await runQuoted(words.map(quote).join(' '), runOptions, options.env ?? {});
    },
  };
}

/** Hosts by name, all on this machine. */
export function createLocalHosts(hosts: Readonly<Record<string, LocalShellOptions>>): Hosts {
  return {
    shell(name) {
      const options = hosts[name];
      if (options === undefined) throw new Failure('host.unreachable', `There is no host ${name}.`);
      return createLocalShell(name, options);
    },
    close: () => Promise.resolve(),
  };
}

async function runQuoted(
  line: string,
  { stdin, signal }: RunOptions,
  env: Readonly<Record<string, string>>,
): Promise<RunResult> {
  const result = await execa('sh', ['-c', line], {
    reject: false,
    stripFinalNewline: false,
    maxBuffer: 1024 ** 3,
    env,
    ...(stdin === undefined ? { stdin: 'ignore' as const } : { input: stdin }),
    ...(signal !== undefined && { cancelSignal: signal }),
  });
  if (result.isCanceled) throw new Failure('cancelled', 'The command was cancelled.');
  if (result.exitCode === undefined) {
    return { kind: 'killed', by: result.signal ?? 'unknown', stderr: result.stderr };
  }
  return { kind: 'exited', code: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

function asUser(as: RunOptions['as']): readonly string[] {
  return typeof as === 'object' ? ['runuser', '-u', as.user, '--'] : [];
}

function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
