import { fileName, showCommand } from '../../naming.ts';
import { isAtRest, providerOf, type CaseFile } from '../case-file.ts';
import { healAllocations } from '../by-hand.ts';
import type { Finding, Rule } from '../rule.ts';
import { state } from '../words.ts';

const UNIT_TEST = 'test/unit/domain/recovery/around.test.ts';
const TESTED_IN = [UNIT_TEST, 'test/integration/recovery-around.test.ts'];

/** What lies around the instance: Placement, ports, volumes, the disks' own errors. */
export const AROUND_RULES: readonly Rule[] = [
  {
    id: 'disk-errors',
    title: 'The guest stands still for an error of its disk',
    failures: ['F17', 'F46'],
    urgency: 'danger',
    looksLike: 'libvirt says paused; virsh domblkerror names a disk.',
    why: 'The file system under it is full, or the disk of the host fails.',
    whatToDo: [
      'Look at the room: df on the host; make room by moving something else, never by removing bases.',
      'Where the kernel tells of I/O errors (dmesg), copy what can be read first, and retry nothing.',
      'Resume the guest when there is room again.',
    ],
    never: [
      {
        what: 'removing _base files or other instances’ _resize to make room',
        why: 'Each is the only copy of something.',
        kinds: [],
      },
    ],
    mendedWhen: 'virsh domblkerror says no errors, and the guest runs.',
    reads: ['virsh domblkerror', 'free bytes of the host'],
    sources: ['F17', 'F46'],
    testedIn: TESTED_IN,
    find: diskErrors,
  },
  {
    id: 'allocations',
    title: 'Placement holds it twice, or in the wrong place',
    failures: ['F39'],
    urgency: 'untidy',
    looksLike:
      'Its allocations name another host than Nova does, or two; or a migration that has ended still holds some.',
    why: 'Nova died between two steps, or somebody reset a state.',
    whatToDo: ['Have nova-manage look, then heal.'],
    never: [
      {
        what: 'deleting the allocations of a living instance',
        why: 'Its host then looks empty, and is filled twice.',
        kinds: [],
      },
    ],
    mendedWhen: 'One provider has the allocation, that of its host.',
    reads: ['allocations of the instance and of its newest migration'],
    sources: ['F39'],
    testedIn: [UNIT_TEST, 'test/integration/recovery-begun.test.ts'],
    find: allocations,
  },
  {
    id: 'ports',
    title: 'A port is bound to another host, or not at all',
    failures: ['F41'],
    urgency: 'stuck',
    looksLike:
      'The instance is at rest; binding:host_id of a port is not its host, or vif_type is binding_failed.',
    why: 'Nova failed between moving the instance and binding its ports, or Neutron could not bind there.',
    whatToDo: ['Bind the port to its host, then reboot hard, so that it is plugged.'],
    never: [],
    mendedWhen: 'The port is ACTIVE on its host, and the guest answers.',
    reads: ['ports of the instance'],
    sources: ['F41', 'nova/compute/manager.py:1208-1210'],
    testedIn: TESTED_IN,
    find: ports,
  },
  {
    id: 'volumes',
    title: 'A volume is not attached as it should be',
    failures: ['F40'],
    urgency: 'stuck',
    looksLike:
      'The instance is at rest; Cinder says available, reserved, attaching or detaching of one of its volumes.',
    why: 'Nova failed between making the new attachment and giving up the old one.',
    whatToDo: ['Have nova-manage refresh the attachment, then reboot hard.'],
    never: [
      {
        what: 'setting the volume’s status in Cinder’s database',
        why: 'Cinder then gives it to somebody else while this guest writes to it.',
        kinds: [],
      },
    ],
    mendedWhen: 'One attachment of each volume, in-use, on the right host.',
    reads: ['attached volumes'],
    sources: ['F40', 'docs/handbook/nova.md'],
    testedIn: TESTED_IN,
    find: volumes,
  },
];

function diskErrors(file: CaseFile): Finding | undefined {
  const host = file.seen.find(({ trouble }) => trouble.diskErrors !== '');
  if (host === undefined) return undefined;
  const { id } = file.server;
  return {
    confidence: 'certain',
    verdict: `On ${host.name} its disk gives errors: ${host.trouble.diskErrors}.`,
    because: [
      state(file),
      `virsh domblkerror ${id} on ${host.name}: ${host.trouble.diskErrors}`,
      `The domain: ${host.instance.domain}`,
    ],
    steps: [
      {
        kind: 'by-hand',
        title: 'Resume it, when there is room',
        where: host.name,
        commands: [
          showCommand(['df', '-h', host.instancesPath]),
          `dmesg -T | grep -iE 'I/O error|remount' | tail`,
          `virsh resume ${id}`,
        ],
        changes: 'The guest goes on where it stood.',
        undo: `virsh suspend ${id}`,
        check: `virsh domblkerror ${id} says no errors.`,
      },
    ],
  };
}

function allocations(file: CaseFile): Finding | undefined {
  const { evidence, server, record } = file;
  if (!isAtRest(file) || !evidence.allocations.known) return undefined;
  const { ofServer, ofMigration } = evidence.allocations.value;
  const here = providerOf(file);
  if (here === undefined) return undefined;
  // Devices of a host are providers of their own, below it: `hostA:NIC Switch agent:eth0`, `hostA_0000:81:00.0`.
  const isHere = (provider: string): boolean =>
    provider === here || provider.startsWith(`${here}:`) || provider.startsWith(`${here}_`);
  const wrong = ofServer.filter((provider) => !isHere(provider));
  if ((wrong.length === 0 && ofMigration.length === 0) || ofServer.length === 0) return undefined;
  return {
    confidence: 'certain',
    verdict: `Placement holds it on ${[...new Set([...ofServer, ...ofMigration])].join(' and ')}; it is on ${server.host ?? 'no host'}.`,
    because: [
      state(file),
      `Allocations of the instance: ${ofServer.join(', ')}`,
      ...(ofMigration.length === 0
        ? []
        : [`Allocations of migration ${String(record?.id ?? '')}: ${ofMigration.join(', ')}`]),
    ],
    steps: [healAllocations(file)],
  };
}

function ports(file: CaseFile): Finding | undefined {
  const { evidence, server } = file;
  if (!isAtRest(file) || !evidence.ports.known || server.host === undefined) return undefined;
  const wrong = evidence.ports.value.filter(
    ({ hostId, vifType }) =>
      vifType === 'binding_failed' || (hostId !== undefined && hostId !== '' && hostId !== server.host),
  );
  if (wrong.length === 0) return undefined;
  return {
    confidence: 'certain',
    verdict: `${String(wrong.length)} of its ports ${wrong.length === 1 ? 'is' : 'are'} not bound to ${server.host}: it has no network.`,
    because: [
      state(file),
      ...wrong.map(
        ({ id, hostId, vifType }) => `Port ${id}: ${hostId ?? 'no host'}, ${vifType ?? 'no type'}`,
      ),
    ],
    steps: [
      {
        kind: 'by-hand',
        title: 'Bind its ports',
        where: 'the workstation',
        commands: wrong.map(({ id }) =>
          showCommand(['openstack', 'port', 'set', '--host', server.host ?? '', id]),
        ),
        changes: 'Neutron binds the port on that host.',
        undo: `openstack port set --host, with the host of before.`,
        check: `openstack port show -c binding_vif_type -c status`,
      },
      { kind: 'hard-reboot' },
    ],
  };
}

/** Of a volume that Nova says is attached (cinder/objects/fields.py, VolumeStatus). */
const ILL = /^(?:available|reserved|attaching|detaching|error.*)$/;

function volumes(file: CaseFile): Finding | undefined {
  const { evidence, server } = file;
  if (!isAtRest(file) || !evidence.volumes.known) return undefined;
  const wrong = evidence.volumes.value.filter(
    ({ status, attachedTo }) =>
      ILL.test(status) || (attachedTo.length > 0 && !attachedTo.includes(server.id)),
  );
  if (wrong.length === 0) return undefined;
  return {
    confidence: 'certain',
    verdict: `Cinder says ${wrong.map(({ id, status }) => `${status} of volume ${fileName(id)}`).join(', ')}.`,
    because: [
      state(file),
      ...wrong.map(
        ({ id, status, attachedTo }) =>
          `Volume ${id}: ${status}, attached to ${attachedTo.join(', ') || 'nobody'}`,
      ),
    ],
    steps: [
      {
        kind: 'by-hand',
        title: 'Refresh the attachment',
        where: 'the controller',
        commands: wrong.map(({ id }) =>
          showCommand(['nova-manage', 'volume_attachment', 'refresh', server.id, id, 'CONNECTOR.json']),
        ),
        changes:
          'Nova attaches the volume anew, to the host of the connector (nova-manage volume_attachment get_connector, on that host).',
        undo: 'openstack volume attachment list shows the old one until it is deleted.',
        check: 'openstack volume show -c status -c attachments',
      },
      { kind: 'hard-reboot' },
    ],
  };
}
