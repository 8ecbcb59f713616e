import { formatSeconds } from '../../units.ts';
import type { HostCheck, MoveCheck } from '../check.ts';
import type { HostEvidence, MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look } from '../words.ts';

/** The answer of a busy host is itself a second or two on its way. */
const TOLD_SECONDS = 5;
/** So far off is no clock that is kept at all: certificates and logins that have just been made are judged by it. */
const HARMFUL_SECONDS = 300;

/** What time it is. */
export const CLOCK_CHECKS: readonly (HostCheck | MoveCheck)[] = [
  {
    id: 'clock',
    title: 'Clock',
    scope: 'host',
    sides: ['source', 'destination'],
    protectsFrom: 'Logs of host and workstation cannot be laid beside each other.',
    sources: ['issue 6'],
    reads: 'The host’s clock and our own, at the moment when it answers',
    testedIn: ['test/unit/domain/preflight/host-clock.test.ts', 'test/integration/preflight-hosts.test.ts'],
    judge: (host) => ({ evidence: clockWords(host), ...ofClock(host) }),
  },
  {
    id: 'hosts.clock',
    title: 'Clocks of both hosts',
    scope: 'move',
    protectsFrom:
      'What happened first on which host can no longer be told; certificates are not yet, or no longer, valid.',
    sources: ['issue 6'],
    reads: 'The clocks of both hosts, each against our own',
    testedIn: ['test/unit/domain/preflight/host-clock.test.ts', 'test/integration/preflight-hosts.test.ts'],
    judge: (evidence) => ({
      evidence: [evidence.source, evidence.destination].flatMap(clockWords),
      ...ofClocks(evidence),
    }),
  },
];

/** Seconds that the host is ahead of us; negative is behind, and NaN is not known. */
function aheadSeconds({ facts, nowMs }: HostEvidence): number {
  return (facts.clockMs - nowMs) / 1000;
}

function clockWords(host: HostEvidence): readonly string[] {
  const ahead = aheadSeconds(host);
  return [
    `${host.name}: ${Number.isNaN(ahead) ? 'not told' : `${ahead.toFixed(1)} s against our clock`}`,
    look(host.name, ['timedatectl']),
  ];
}

function ofClock(host: HostEvidence): Judgement {
  const ahead = aheadSeconds(host);
  if (Number.isNaN(ahead)) return { verdict: 'note', message: `${host.name} did not tell what time it is.` };
  if (Math.abs(ahead) <= TOLD_SECONDS)
    return { verdict: 'pass', message: `${host.name} and this workstation agree on the time.` };
  return {
    verdict: 'note',
    message: `The clock of ${host.name} is ${formatSeconds(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} that of this workstation; times in its log and in ours differ by that.`,
    fix: 'Let both keep their time by NTP: chronyc tracking',
  };
}

function ofClocks({ source, destination }: MoveEvidence): Judgement {
  const difference = aheadSeconds(destination) - aheadSeconds(source);
  if (Number.isNaN(difference))
    return { verdict: 'note', message: 'One of the hosts did not tell what time it is.' };
  if (Math.abs(difference) <= TOLD_SECONDS)
    return { verdict: 'pass', message: `${source.name} and ${destination.name} agree on the time.` };
  return {
    verdict: Math.abs(difference) > HARMFUL_SECONDS ? 'warn' : 'note',
    message: `The clock of ${destination.name} is ${formatSeconds(Math.abs(difference))} ${difference > 0 ? 'ahead of' : 'behind'} that of ${source.name}: times in their logs and of their files cannot be compared.`,
    fix: 'On the host that is off: chronyc makestep',
  };
}
