import type { HostTraits } from '../../host-traits.ts';
import { formatSeconds } from '../../units.ts';
import type { HostCheck } from '../check.ts';
import type { HostEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look, ofNova } from '../words.ts';
import { withTraits } from './traits.ts';

const DAY_SECONDS = 86_400;

/** What Nova removes or starts on a host without being asked. */
export const NOVA_BY_ITSELF_CHECKS: readonly HostCheck[] = [
  {
    id: 'image-cache',
    title: 'Image cache',
    scope: 'host',
    sides: ['source', 'destination'],
    protectsFrom:
      'In VERIFY_RESIZE the source’s base is no longer counted as used; when it is removed, no revert is possible.',
    sources: ['row 26', 'F04', 'F07', 'nova/conf/imagecache.py:22,61,70', 'docs/handbook/nova.md'],
    reads:
      'nova.conf: [image_cache] remove_unused_base_images, remove_unused_original_minimum_age_seconds, manager_interval',
    testedIn: [
      'test/unit/domain/preflight/host-nova-settings.test.ts',
      'test/integration/preflight-hosts.test.ts',
      'test/openstack/scenarios/preflight/of-hosts.ts',
    ],
    judge: (host) => ({
      evidence: [
        ofNova(host, `remove_unused_base_images ${String(host.facts.nova.removeUnusedBaseImages)}`),
        look(host.name, ['ls', '-la', `${host.facts.nova.instancesPath}/_base`]),
      ],
      ...withTraits(host, (traits) => ofImageCache(host, traits)),
    }),
  },
  {
    id: 'resume-guests',
    title: 'Start of guests with the host',
    scope: 'host',
    sides: ['source', 'destination'],
    protectsFrom:
      'After a restart of a host Nova starts what it thinks should run: after a move by hand, a second time.',
    sources: ['F37', 'nova/conf/compute.py (resume_guests_state_on_host_boot)'],
    reads: 'nova.conf: resume_guests_state_on_host_boot',
    testedIn: [
      'test/unit/domain/preflight/host-nova-settings.test.ts',
      'test/integration/preflight-hosts.test.ts',
      'test/openstack/scenarios/preflight/of-hosts.ts',
    ],
    judge: (host) => ({
      evidence: [
        ofNova(
          host,
          `resume_guests_state_on_host_boot ${String(host.facts.traits?.nova.resumesGuestsOnBoot ?? 'not read')}`,
        ),
      ],
      ...withTraits(host, (traits) => ofResume(host, traits)),
    }),
  },
];

function ofImageCache({ name, facts }: HostEvidence, { nova }: HostTraits): Judgement {
  const { baseMinimumAgeSeconds, imageCacheIntervalSeconds } = nova;
  if (!facts.nova.removeUnusedBaseImages || imageCacheIntervalSeconds < 0)
    return { verdict: 'pass', message: `Nova on ${name} removes no bases.` };
  const age = formatSeconds(baseMinimumAgeSeconds);
  if (baseMinimumAgeSeconds >= DAY_SECONDS) {
    return {
      verdict: 'pass',
      message: `Nova on ${name} removes unused bases after ${age}; Coldhaul keeps those of the instance by second names until the verdict.`,
    };
  }
  return {
    verdict: 'note',
    message: `Nova on ${name} removes unused bases after only ${age} (Nova’s default is ${formatSeconds(DAY_SECONDS)}), looking every ${formatSeconds(imageCacheIntervalSeconds)}; Coldhaul keeps those of the instance by second names, a move by Nova alone does not.`,
    fix: `On ${name}: set [image_cache] remove_unused_original_minimum_age_seconds = ${String(DAY_SECONDS)} and restart nova-compute.`,
  };
}

function ofResume({ name }: HostEvidence, { nova }: HostTraits): Judgement {
  if (!nova.resumesGuestsOnBoot)
    return { verdict: 'pass', message: `Nova on ${name} starts no guests by itself when the host starts.` };
  return {
    verdict: 'note',
    message: `Nova on ${name} starts guests again when the host starts (resume_guests_state_on_host_boot): after a move that was finished by hand, look before a restart that none runs twice.`,
    fix: `On ${name}: virsh list --all, after every move by hand`,
  };
}
