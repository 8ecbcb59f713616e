import type { Fact } from '../../domain/facts.ts';
import { unreachable } from '../../domain/failure.ts';
import { fileName } from '../../domain/naming.ts';
import { formatBytes, formatRate, formatSeconds } from '../../domain/units.ts';

/** What one fact says to somebody who reads the history of a migration afterwards. */
export function factWords(fact: Fact): string {
  switch (fact.type) {
    case 'planned': {
      const { server, source, destination, route } = fact.plan;
      return `${fact.by} started the migration of ${server.name} from ${source.name} to ${destination.name} by route ${route}.`;
    }
    case 'locked':
      return 'The instance was locked in Nova and on both hosts.';
    case 'base-staged':
      return `The base ${fileName(fact.path)} is at the destination: ${moved(fact)}, digest ${fact.digest}.`;
    case 'live-begun':
      return 'Its disks were about to be frozen while it ran.';
    case 'live-frozen':
      return `While it ran, ${Object.keys(fact.layers).join(', ')} became overlays on frozen layers${fact.quiesced ? ', its file systems at rest by the guest’s agent' : ''}.`;
    case 'stop-begun':
      return 'The instance was told to stop.';
    case 'stopped':
      return STOPPED[fact.how];
    case 'disk-flattened':
      return fact.flatLayer === undefined
        ? `${fact.disk} was made into one file without a base: ${moved(fact)}. The original is kept as ${fact.keptPath}.`
        : `While it ran, the layer of ${fact.disk} was made into one file without a base, to travel in its place: ${moved(fact)}.`;
    case 'disk-layered':
      return `${fact.disk} is an empty overlay now, on the frozen layer that holds its ${formatBytes(fact.layer.sizeBytes)}.`;
    case 'frozen':
      return `The source files were written down as they are: ${fact.files.map((file) => file.name).join(', ') || 'none'}.`;
    case 'disk-copied':
      return `${fact.disk} was copied: ${moved(fact)}.`;
    case 'disk-verified':
      return fact.source === fact.destination
        ? `${fact.disk} is equal on both hosts (${fact.algorithm}, ${formatSeconds(fact.seconds)}).`
        : `${fact.disk} is NOT equal on both hosts (${fact.algorithm}, ${formatSeconds(fact.seconds)}).`;
    case 'placed':
      return 'The copies got their names where Nova looks for them.';
    case 'hand-over-begun':
      return 'Nova was about to be told to migrate the instance.';
    case 'handed-over':
      return handedOver(fact);
    case 'proven':
      return proven(fact);
    case 'looked-again':
      return 'It was looked at once more, because not everything was in order.';
    case 'verdict':
      return `${fact.by} said: ${fact.choice}.`;
    case 'decided-elsewhere':
      return `It was decided elsewhere: ${fact.said}`;
    case 'confirmed':
      return `Nova confirmed it: the source copy is given up. ${running(fact.running)}`;
    case 'reverted':
      return `Nova reverted it: the instance is back on the source. ${running(fact.running)}`;
    case 'started':
      return 'The instance runs again.';
    case 'disk-merged':
      return `${fact.disk} stands without its layer again: ${MERGED[fact.how]} (${formatSeconds(fact.seconds)}).`;
    case 'tidied':
      return fact.kept.length === 0
        ? 'Locks and names were given back.'
        : `Locks and names were given back. Kept: ${fact.kept.join(', ')}.`;
    case 'limit-changed':
      return fact.limitKibPerSecond === undefined
        ? `${fact.by} lifted the bandwidth limit.`
        : `${fact.by} set the bandwidth limit to ${formatRate(fact.limitKibPerSecond * 1024)}.`;
    case 'paused':
      return `${fact.by} paused it.`;
    case 'failed':
      return `It failed: ${fact.message}${fact.requestId === undefined ? '' : ` (request ${fact.requestId})`}`;
    case 'cancelled':
      return `${fact.by} cancelled it.`;
    case 'restored':
      return `${fact.said} ${running(fact.running)}`;
    default:
      return unreachable(fact);
  }
}

const MERGED = {
  'put back': 'nothing was written since, so the layer itself took the name',
  pulled: 'QEMU pulled it in while the instance ran',
  committed: 'what was written since went down into the layer, which took the name',
  'merged before': 'it was found to be so',
} as const;

const STOPPED = {
  graceful: 'The guest shut down.',
  hard: 'The guest did not shut down in time, and was switched off.',
  'was off': 'The instance was off already.',
} as const;

function moved({ bytes, seconds }: { readonly bytes: number; readonly seconds: number }): string {
  if (seconds <= 0) return formatBytes(bytes);
  return `${formatBytes(bytes)} in ${formatSeconds(seconds)}, ${formatRate(bytes / seconds)}`;
}

function handedOver({
  running: runs,
  novaCopiedBytes,
  requestId,
}: Extract<Fact, { type: 'handed-over' }>): string {
  const bytes =
    novaCopiedBytes === undefined ? '' : ` Nova itself wrote ${formatBytes(novaCopiedBytes)} of the disks.`;
  const request = requestId === undefined ? '' : ` Request ${requestId}.`;
  return `Nova handed the instance over to the destination.${bytes} ${running(runs)}${request}`;
}

function proven({ proofs }: Extract<Fact, { type: 'proven' }>): string {
  const open = proofs.filter((proof) => !proof.ok).map((proof) => proof.name);
  return open.length === 0 && proofs.length > 0
    ? 'Everything that was looked at is in order.'
    : `Not everything is in order: ${open.join(', ') || 'nothing could be looked at'}.`;
}

function running(runs: boolean): string {
  return runs ? 'It runs.' : 'It is off.';
}
