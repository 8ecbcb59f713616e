import type { Check } from '../check.ts';
import type { HostEvidence, MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { ofNova } from '../words.ts';

/** What nova.conf of the hosts says. */
export const SETTING_CHECKS: readonly Check[] = [
  {
    id: 'source.transport',
    title: 'How Nova copies',
    scope: 'move',
    protectsFrom:
      'Nova by scp ignores a copy made beforehand and writes everything again, also through hard links.',
    sources: ['row 22', 'nova/conf/libvirt.py:1362', 'docs/adr/0004-route-seed.md'],
    reads: 'nova.conf of the source: [libvirt] remote_filesystem_transport',
    testedIn: [
      'test/unit/domain/preflight.test.ts',
      'test/integration/preflight-basics.test.ts',
      'test/openstack/scenarios/preflight/of-hosts.ts',
    ],
    judge: (evidence) => ({
      evidence: [ofNova(evidence.source, `transport ${evidence.source.facts.nova.transport}`)],
      ...ofTransport(evidence),
    }),
  },
  {
    id: 'confirm-window',
    title: 'Confirm by Nova itself',
    scope: 'host',
    sides: ['destination'],
    protectsFrom: 'Nova confirms without looking at the data, and the way back is gone.',
    sources: ['row 25', 'F35', 'nova/conf/compute.py:1358'],
    reads: 'nova.conf of the destination: resize_confirm_window',
    testedIn: [
      'test/unit/domain/preflight.test.ts',
      'test/integration/checked-again.test.ts',
      'test/integration/preflight-basics.test.ts',
      'test/openstack/scenarios/preflight/of-hosts.ts',
    ],
    judge: (host) => ({
      evidence: [
        ofNova(host, `resize_confirm_window ${String(host.facts.nova.resizeConfirmWindowSeconds)} s`),
      ],
      ...ofConfirmWindow(host),
    }),
  },
  {
    id: 'hosts.instances-path',
    title: 'Where instances lie',
    scope: 'move',
    protectsFrom: 'Overlays and disk.info name their files by absolute paths, which travel as they are.',
    sources: ['row 37', 'docs/handbook/nova.md'],
    reads: 'nova.conf of both hosts: instances_path',
    testedIn: [
      'test/unit/domain/preflight.test.ts',
      'test/integration/preflight-basics.test.ts',
      'test/openstack/scenarios/preflight/of-hosts.ts',
    ],
    judge: (evidence) => ({
      evidence: [evidence.source, evidence.destination].map((host) =>
        ofNova(host, `instances_path ${host.facts.nova.instancesPath}`),
      ),
      ...ofInstancesPath(evidence),
    }),
  },
  {
    id: 'destination.cow',
    title: 'Raw disks at the destination',
    scope: 'move',
    protectsFrom:
      'Nova turns a proven raw copy into qcow2 when it finishes: twice the room, and nothing is proven any more.',
    sources: ['nova/virt/libvirt/driver.py:12981-12983'],
    reads: 'nova.conf of the destination: use_cow_images; formats of the disks',
    testedIn: ['test/unit/domain/preflight.test.ts', 'test/integration/preflight-basics.test.ts'],
    judge: (evidence) => ({
      evidence: [
        ofNova(
          evidence.destination,
          `use_cow_images ${String(evidence.destination.facts.nova.useCowImages)}`,
        ),
      ],
      ...ofCow(evidence),
    }),
  },
];

function ofTransport({ route, source }: MoveEvidence): Judgement {
  const { transport, files } = source.facts.nova;
  const from =
    files.length === 0
      ? 'no nova.conf was found, so Nova’s default is assumed'
      : `read from ${files.join(', ')}`;
  if (route === 'seed' && transport !== 'rsync') {
    return {
      verdict: 'block',
      message: `Nova on ${source.name} copies by scp, which ignores a copy made beforehand (${from}).`,
      fix: 'Use --route thin, by which Nova copies only an empty overlay, or --route nova; or set [libvirt] remote_filesystem_transport = rsync there and restart nova-compute.',
    };
  }
  const said = `Nova on ${source.name} copies by ${transport === 'ssh' ? 'scp' : 'rsync'} (${from}).`;
  // Whether the disks can be frozen, disks.freezable tells when it is asked for.
  const offer =
    route === 'nova' && transport === 'ssh'
      ? ' With --route thin Coldhaul moves the data, several times faster, and Nova copies only an empty overlay.'
      : '';
  return { verdict: 'pass', message: `${said}${offer}` };
}

function ofConfirmWindow({ name, facts }: HostEvidence): Judgement {
  const seconds = facts.nova.resizeConfirmWindowSeconds;
  if (seconds === 0) return { verdict: 'pass', message: 'Nova never confirms by itself.' };
  return {
    verdict: 'warn',
    message: `Nova on ${name} confirms by itself ${String(seconds)} s after VERIFY_RESIZE; the way back is gone then.`,
    fix: `Set resize_confirm_window = 0 on ${name} and restart nova-compute.`,
  };
}

function ofInstancesPath({ source, destination }: MoveEvidence): Judgement {
  const [here, there] = [source.facts.nova.instancesPath, destination.facts.nova.instancesPath];
  if (here === there) return { verdict: 'pass', message: `Both hosts keep their instances in ${here}.` };
  return {
    verdict: 'block',
    message: `${source.name} keeps its instances in ${here}, ${destination.name} in ${there}; Nova would copy to the source’s path there, and no overlay would find its base.`,
    fix: 'Set the same instances_path in nova.conf of both hosts, or choose another destination.',
  };
}

function ofCow({ destination, disks }: MoveEvidence): Judgement {
  const converted = disks.filter(
    (disk) => disk.strategy !== 'remake' && disk.format === 'raw' && disk.name !== 'disk.config',
  );
  if (!destination.facts.nova.useCowImages || converted.length === 0)
    return { verdict: 'pass', message: 'Nova leaves the format of the disks as it is.' };
  return {
    verdict: 'block',
    message: `Nova on ${destination.name} would turn ${converted.map((disk) => disk.name).join(', ')} from raw into qcow2 when it finishes, so the proven copy would be written anew.`,
    fix: `Set use_cow_images = False on ${destination.name} and restart nova-compute, or move it by hand.`,
  };
}
