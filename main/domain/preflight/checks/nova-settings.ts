import { formatSeconds } from '../../units.ts';
import type { HostTraits } from '../../host-traits.ts';
import type { HostCheck, MoveCheck } from '../check.ts';
import type { HostEvidence, MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look, ofNova } from '../words.ts';
import { withBoth, withTraits } from './traits.ts';

const DAY_SECONDS = 86_400;

/** More of what nova.conf says: whether there is one, where disks are made, what is removed or started behind our back. */
export const NOVA_SETTING_CHECKS: readonly (HostCheck | MoveCheck)[] = [
  {
    id: 'nova-conf',
    title: 'nova.conf',
    scope: 'host',
    sides: ['source', 'destination'],
    protectsFrom: 'Where no nova.conf is found, Nova’s defaults are assumed, and each may be wrong.',
    sources: ['row 21', 'row 25', 'row 37'],
    reads: 'The usual places of nova.conf, or those of the settings',
    testedIn: [
      'test/unit/domain/preflight/host-nova-settings.test.ts',
      'test/integration/preflight-hosts.test.ts',
    ],
    judge: (host) => ({
      evidence: [look(host.name, ['sh', '-c', 'ls /etc/nova /etc/kolla/nova-compute'])],
      ...ofNovaConf(host),
    }),
  },
  {
    id: 'hosts.images-type',
    title: 'Backend of the disks',
    scope: 'move',
    protectsFrom:
      'With LVM Nova refuses after the call; where the destination keeps disks in Ceph or LVM, it makes a new, empty one.',
    sources: [
      'row 20',
      'F34',
      'nova/virt/libvirt/driver.py:12755-12758',
      'nova/virt/libvirt/driver.py:12924-12930',
    ],
    reads: 'nova.conf of both hosts: [libvirt] images_type',
    testedIn: [
      'test/unit/domain/preflight/host-nova-settings.test.ts',
      'test/integration/preflight-hosts.test.ts',
    ],
    judge: (evidence) => ({
      evidence: [evidence.source, evidence.destination].map((host) =>
        ofNova(host, `images_type ${host.facts.traits?.nova.imagesType ?? 'not read'}`),
      ),
      ...withBoth(evidence, (here, there) => ofImagesType(evidence, here, there)),
    }),
  },
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

function ofNovaConf({ name, facts: { nova } }: HostEvidence): Judgement {
  if (nova.files.length > 0)
    return {
      verdict: 'pass',
      message: `The settings of Nova on ${name} are read from ${nova.files.join(', ')}.`,
    };
  return {
    verdict: 'warn',
    message: `No nova.conf was found on ${name}: Nova’s defaults are assumed (instances in ${nova.instancesPath}, copies by ${nova.transport === 'ssh' ? 'scp' : 'rsync'}), and none of them is certain.`,
    fix: 'Name its files in the settings of Coldhaul: nova.configFiles.',
  };
}

function ofImagesType(
  { server, source, destination }: MoveEvidence,
  here: HostTraits,
  there: HostTraits,
): Judgement {
  const sides = [
    { name: source.name, type: here.nova.imagesType },
    { name: destination.name, type: there.nova.imagesType },
  ];
  if (server.imageId === undefined)
    return {
      verdict: 'pass',
      message: 'The instance boots from a volume, wherever the hosts keep their disks.',
    };
  const elsewhere = sides.filter(({ type }) => type === 'lvm' || type === 'rbd' || type === 'ploop');
  if (elsewhere.length > 0) {
    const told = elsewhere.map(({ name, type }) => `${name} keeps disks in ${type}`).join(', ');
    return {
      verdict: 'block',
      message: `${told}: Nova does not migrate from LVM, and where a disk is not a file it would make a new one from the image in place of the copy.`,
      fix: 'Choose a destination that keeps its disks as files ([libvirt] images_type).',
    };
  }
  const [from, to] = [here.nova.imagesType, there.nova.imagesType];
  if (from === to)
    return { verdict: 'pass', message: `Both hosts keep disks as files (images_type ${from}).` };
  return {
    verdict: 'note',
    message: `images_type is ${from} on ${source.name} and ${to} on ${destination.name}: the disks arrive in the format that they have, new ones are made in the other.`,
  };
}

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
