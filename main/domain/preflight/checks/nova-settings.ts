import type { HostTraits } from '../../host-traits.ts';
import type { HostCheck, MoveCheck } from '../check.ts';
import type { HostEvidence, MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look, ofNova } from '../words.ts';
import { withBoth } from './traits.ts';

/** More of what nova.conf says: whether there is one, and where disks are made. */
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
      'test/openstack/scenarios/preflight/of-hosts.ts',
    ],
    judge: (evidence) => ({
      evidence: [evidence.source, evidence.destination].map((host) =>
        ofNova(host, `images_type ${host.facts.traits?.nova.imagesType ?? 'not read'}`),
      ),
      ...withBoth(evidence, (here, there) => ofImagesType(evidence, here, there)),
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
