import { Failure } from '../../domain/failure.ts';
import type { Fact } from '../../domain/facts.ts';
import type { Ports } from '../../domain/ports.ts';

/** Takes the records of our jobs off the hosts; a host that cannot be reached keeps them, and that hides nothing else. */
export async function forgetJobs(ports: Ports<Fact>, hosts: readonly string[], id: string): Promise<void> {
  for (const host of hosts) {
    try {
      await ports.transfer.forget(host, id);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      ports.log({ level: 'warn', host, message: `records of jobs stay on ${host}: ${error.message}` });
    }
  }
}
