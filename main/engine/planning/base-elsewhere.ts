import type { Hypervisor } from '../../domain/cloud.ts';
import type { Fact } from '../../domain/facts.ts';
import type { InstanceOnHost } from '../../domain/host.ts';
import { fileName } from '../../domain/naming.ts';
import type { Ports } from '../../domain/ports.ts';
import type { BaseElsewhere } from '../../domain/preflight/evidence.ts';

/** True if a disk of the instance lies on the base of that name, so that the base can be staged. */
export function hasBase({ directory }: InstanceOnHost, imageBaseName: string): boolean {
  return (directory?.disks ?? []).some((disk) =>
    disk.chain.slice(1).some((link) => fileName(link.path) === imageBaseName),
  );
}

/**
 * Looks for a base on every other host: the image may be gone, but whoever ran an instance of it has its bytes. A host
 * that does not answer is named and is no reason to fail.
 */
export async function baseElsewhere(
  ports: Ports<Fact>,
  path: string,
  ofMove: readonly string[],
  hypervisors: readonly Hypervisor[],
  tell: (message: string) => void,
  signal: AbortSignal,
): Promise<BaseElsewhere> {
  const others = hypervisors.map(({ host }) => host).filter((host) => !ofMove.includes(host));
  if (others.length > 0) tell(`Looking for the base of the image on ${String(others.length)} other hosts`);
  const answers = await Promise.allSettled(
    others.map(async (host) => {
      const [state] = await ports.hypervisors.stat(host, [path], signal);
      return state === undefined ? [] : [{ host, path, sizeBytes: state.sizeBytes }];
    }),
  );
  signal.throwIfAborted();
  return {
    found: answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])),
    silent: others.filter((_, index) => answers[index]?.status === 'rejected'),
    asked: others.length,
  };
}
