import type { CloseLook } from '../../main/domain/host-close-look.ts';
import type { InstanceOnHost } from '../../main/domain/host.ts';
import type { MoveEvidence } from '../../main/domain/preflight/evidence.ts';
import type { Finding } from '../../main/domain/preflight/finding.ts';
import { judgeMove } from '../../main/domain/preflight/judge.ts';
import { closeLook } from './close-look.ts';
import { good } from './plan-evidence.ts';
import { onHost } from './samples.ts';

/** The one finding of this name. */
export function judged(id: string, evidence: MoveEvidence): Finding {
  const found = judgeMove(evidence).find((finding) => finding.id === id);
  if (found === undefined) throw new Error(`there is no finding ${id}`);
  return found;
}

/** The good evidence, with something else at its source. */
export function sourceWith(
  more: Partial<InstanceOnHost>,
  close: Partial<CloseLook> = {},
  evidence: Partial<MoveEvidence> = {},
): MoveEvidence {
  const instance = { ...good.source.instance, close: closeLook(close), ...more };
  return { ...good, ...evidence, source: { ...good.source, instance } };
}

/** The good evidence, with something else at its destination. */
export function destinationWith(
  close: Partial<CloseLook>,
  evidence: Partial<MoveEvidence> = {},
): MoveEvidence {
  const instance = {
    ...good.destination.instance,
    close: closeLook({ diskInfo: undefined, domainDisks: [], ...close }),
  };
  return { ...good, ...evidence, destination: { ...good.destination, instance } };
}

/** The same, as if nothing of what a plan asks besides had been read. */
export function unread(evidence: MoveEvidence): MoveEvidence {
  const without = ({ host, directory, domain, domainFiles }: InstanceOnHost): InstanceOnHost =>
    onHost(host, { directory, domain, ...(domainFiles !== undefined && { domainFiles }) });
  return {
    ...evidence,
    source: { ...evidence.source, instance: without(evidence.source.instance) },
    destination: { ...evidence.destination, instance: without(evidence.destination.instance) },
  };
}
