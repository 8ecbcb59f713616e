import { Failure } from '../../domain/failure.ts';
import type { Hosts, RunOptions, RunResult } from '../../domain/ports.ts';
import type { HostTarget } from '../../domain/settings.ts';
import { unlessAborted } from './abort.ts';
import { elevate, isSudoRefusal, noSudo, sudoForbidden } from './become.ts';
import type { Connection } from './connection.ts';
import { createPool, type PoolOptions } from './pool.ts';
import { quoteAll } from './quote.ts';
import { NotStarted } from './run.ts';

export interface HostsOptions extends PoolOptions {
  /** Where a hypervisor is; asked again for each command, so that changed settings count at once. */
  readonly resolve: (hypervisorHostname: string) => HostTarget;
  /** What one command may write, both streams together. Default 64 MiB. */
  readonly maxOutputBytes?: number;
}

const MAX_OUTPUT_BYTES = 64 * 1024 ** 2;

/** SSH to the compute hosts, as the user's own OpenSSH configuration says. Control only: disks travel host to host. */
export function createHosts(options: HostsOptions): Hosts {
  const { resolve, maxOutputBytes = MAX_OUTPUT_BYTES } = options;
  const pool = createPool(options);

  const runOn = async (
    host: string,
    connection: Connection,
    argv: readonly string[],
    { as = 'login', stdin, signal }: RunOptions,
  ): Promise<RunResult> => {
    const request = { host, program: argv[0] ?? '', stdin, signal, maxBytes: maxOutputBytes };
    if (as === 'login') return await connection.run({ ...request, command: quoteAll(argv) });
    const login = await unlessAborted(connection.login(host), `id on ${host}`, signal);
    const elevated = elevate(argv, as, login);
    if (elevated.bySudo && resolve(host).becomeRoot === 'never')
      throw sudoForbidden(host, request.program, login);
    const result = await connection.run({ ...request, command: quoteAll(elevated.argv) });
    if (elevated.bySudo && isSudoRefusal(result)) throw noSudo(host, login, result.stderr);
    return result;
  };

  const run = async (host: string, argv: readonly string[], runOptions: RunOptions): Promise<RunResult> => {
    for (let isFirst = true; ; isFirst = false) {
      const connection = await unlessAborted(
        pool.get(resolve(host)),
        `the connection to ${host}`,
        runOptions.signal,
      );
      try {
        return await runOn(host, connection, argv, runOptions);
      } catch (error) {
        if (!(error instanceof NotStarted)) throw error;
        // It broke while nobody was looking. Nothing was started, so a new one may be tried, once.
        if (!isFirst || connection.isOpen) throw notOpened(host, error);
      }
    }
  };

  return {
    shell: (host) => ({ host, run: async (argv, runOptions = {}) => await run(host, argv, runOptions) }),
    close: () => {
      pool.close();
      return Promise.resolve();
    },
  };
}

function notOpened(host: string, cause: NotStarted): Failure {
  return new Failure('host.disconnected', `${host} is connected, but starts no program`, {
    hint: 'See MaxSessions and ForceCommand in its sshd_config, and whether it is out of memory or processes.',
    passing: true,
    cause,
  });
}
