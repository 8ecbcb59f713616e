import type { Server } from '../../domain/cloud.ts';
import type { StepContext } from '../context.ts';

/**
 * Whether the guest runs on this host. Nova skips the news of a start that comes while it finishes a migration or takes
 * one back, and calls a running guest off until its next power sync, ten minutes by default (seen on Nova 26). libvirt
 * knows. SHUTOFF is believed: Nova has stopped it, and an unreachable host must not keep that from being told.
 *
 * @throws Failure `host.*` if libvirt there has to be asked and cannot be.
 */
export async function runsOn({ ports, signal }: StepContext, host: string, now: Server): Promise<boolean> {
  if (now.powerState === 1) return true;
  if (now.status === 'SHUTOFF') return false;
  return (await ports.hypervisors.instance(host, now.id, signal)).domain === 'running';
}
