import type { LabResult } from '../../types.ts';
import type { LabCompute } from '../model.ts';
import { ComputeDied, ProcessExecutionError } from './failures.ts';

export interface RunAs {
  /** Default `nova`. */
  readonly as?: 'nova' | 'root';
  readonly stdin?: string;
}

/** One nova-compute process at work on its host. */
export interface Session {
  readonly compute: LabCompute;
  /** @throws ComputeDied if the process was killed meanwhile. The command itself ran to its end, as orphans do. */
  run(argv: readonly string[], options?: RunAs): Promise<LabResult>;
  /** @throws ProcessExecutionError for any exit code but 0. Returns standard output. */
  must(argv: readonly string[], options?: RunAs): Promise<string>;
  /** True if the path is there, for `nova`. */
  exists(path: string): Promise<boolean>;
}

const NOTHING: LabResult = { code: 0, stdout: '', stderr: '' };

export function openSession(compute: LabCompute): Session {
  const { generation } = compute;
  const session: Session = {
    compute,
    async run(argv, options = {}) {
      if (compute.generation !== generation) throw new ComputeDied();
      const { as = 'nova', stdin } = options;
      const result =
        compute.host === undefined
          ? NOTHING
          : await compute.host.exec(argv, {
              ...(as === 'nova' && { user: 'nova' }),
              ...(stdin !== undefined && { stdin }),
            });
      if (compute.generation !== generation) throw new ComputeDied();
      return result;
    },
    async must(argv, options) {
      const { code, stdout, stderr } = await session.run(argv, options);
      if (code !== 0) throw new ProcessExecutionError(argv, code, stdout, stderr);
      return stdout;
    },
    async exists(path) {
      return (await session.run(['test', '-e', path])).code === 0;
    },
  };
  return session;
}
