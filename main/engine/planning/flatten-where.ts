import type { Fact } from '../../domain/facts.ts';
import { chooseFlattening, streamable } from '../../domain/flattening.ts';
import type { DiskPlan, PlanOptions, Route } from '../../domain/plan.ts';
import type { Ports } from '../../domain/ports.ts';
import { mergedBackBytes } from '../../domain/preflight/checks/room.ts';
import type { MoveEvidence } from '../../domain/preflight/evidence.ts';
import type { TunnelTrial } from '../../domain/transfer.ts';
import type { Gathered } from './gather.ts';

type Asked = Pick<MoveEvidence, 'source' | 'destination' | 'destinationAddress' | 'novaReaches'>;

/** Decides where a disk is flattened that must be, as far as that is known before the way is measured; tries the tunnel if one may be. */
export async function flattenWhere(
  ports: Ports<Fact>,
  { flatten: wish, reserveBytes }: PlanOptions,
  planned: Gathered & { readonly route: Route; readonly disks: readonly DiskPlan[] },
  tell: (message: string) => void,
  signal: AbortSignal,
): Promise<{ readonly disks: readonly DiskPlan[]; readonly tunnel: TunnelTrial | undefined }> {
  const { disks, source } = planned;
  if (wish === 'file' || streamable(planned).length === 0) return { disks, tunnel: undefined };
  tell('Trying whether its disks could be flattened on their way');
  const tunnel = await tryTunnel(ports, planned, signal);
  const room = source.facts.instancesFileSystem.freeBytes - reserveBytes - mergedBackBytes(planned);
  return { disks: chooseFlattening(planned, { wish, tunnel: tunnel.ok, roomBytes: room }), tunnel };
}

/** As a copy would go: the same user, address and host key. */
export function tryTunnel(
  ports: Ports<Fact>,
  { source, destination, destinationAddress, novaReaches }: Asked,
  signal: AbortSignal,
): Promise<TunnelTrial> {
  return ports.transfer.tryTunnel(
    {
      sourceHost: source.name,
      destAddress: destinationAddress,
      user: source.facts.novaUser.name,
      aes: source.facts.cpuHasAes && destination.facts.cpuHasAes,
      hostKey: novaReaches.acceptsAnyKey ? 'any' : 'known',
    },
    signal,
  );
}
