import { CHECKS, OF_CLOUD, OF_HOST } from './catalogue.ts';
import type { Check } from './check.ts';
import type { CloudEvidence, HostEvidence, MoveEvidence } from './evidence.ts';
import { worstFirst, type Finding } from './finding.ts';
import type { Judgement } from './judgement.ts';

/** Every reason why the move would fail or harm, and what is in order; worst first. */
export function judgeMove(evidence: MoveEvidence): readonly Finding[] {
  return worstFirst(CHECKS.flatMap((check) => findingsOf(check, evidence)));
}

/** The same right before the stop, without what comes and goes. */
export function judgeBeforeStop(evidence: MoveEvidence): readonly Finding[] {
  const lasting = CHECKS.filter(({ momentary }) => momentary !== true);
  return worstFirst(lasting.flatMap((check) => findingsOf(check, evidence)));
}

/** What can be said of a cloud when nothing moves; worst first. */
export function judgeCloud(cloud: CloudEvidence): readonly Finding[] {
  return worstFirst(OF_CLOUD.map((check) => named(check, check.id, check.judge(cloud))));
}

/** What can be said of a host when nothing moves; worst first. */
export function judgeHost(host: HostEvidence): readonly Finding[] {
  return worstFirst(OF_HOST.map((check) => named(check, `host.${check.id}`, check.judge(host, 'host'))));
}

function findingsOf(check: Check, evidence: MoveEvidence): readonly Finding[] {
  switch (check.scope) {
    case 'cloud':
      return [named(check, check.id, check.judge(evidence.cloud))];
    case 'host':
      return check.sides.map((side) =>
        named(check, `${side}.${check.id}`, check.judge(evidence[side], side)),
      );
    case 'move':
      return [named(check, check.id, check.judge(evidence))];
  }
}

function named({ title }: Check, id: string, judgement: Judgement): Finding {
  return { id, title, ...judgement };
}
