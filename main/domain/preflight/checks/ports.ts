import type { NetworkAgent, Port } from '../../surroundings.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { unread } from '../unread.ts';
import { look, quoted } from '../words.ts';

const UNIT = 'test/unit/domain/preflight/cloud-ports.test.ts';
const LAB = 'test/integration/preflight-cloud.test.ts';

/** What needs no device of its host (Networking API, `binding:vnic_type`). */
const ORDINARY: ReadonlySet<string> = new Set(['normal', 'baremetal']);
const BROKEN: ReadonlySet<string> = new Set(['binding_failed', 'unbound']);

/** How the instance hangs in the network. */
export const PORT_CHECKS: readonly MoveCheck[] = [
  {
    id: 'server.ports',
    title: 'Ports',
    scope: 'move',
    protectsFrom:
      'A port that needs a device of the host, or is bound wrongly, leaves the instance in ERROR or without a network.',
    sources: ['row 29', 'F41', 'lp#1895220'],
    reads: 'Neutron: the ports of the instance and their bindings',
    testedIn: [UNIT, LAB, 'test/openstack/scenarios/preflight/busy.ts'],
    judge: (evidence) => ({
      evidence: [
        ...(evidence.surroundings.ports.known
          ? evidence.surroundings.ports.value.map((port) => said(port))
          : []),
        look('the workstation', ['openstack', 'port', 'list', '--server', evidence.server.id]),
      ],
      ...ofPorts(evidence),
    }),
  },
  {
    id: 'destination.network-agent',
    title: 'Network of the destination',
    scope: 'move',
    protectsFrom: 'Neutron cannot bind the port there, and Nova learns of it only after the copy.',
    sources: ['F41'],
    reads: 'Neutron: agents of both hosts',
    testedIn: [UNIT, LAB],
    judge: (evidence) => ({
      evidence: [
        ...(evidence.surroundings.networkAgents.known
          ? evidence.surroundings.networkAgents.value.map(
              ({ host, type, alive }) => `${type} on ${host}: ${alive ? 'alive' : 'not alive'}`,
            )
          : []),
        look('the workstation', [
          'openstack',
          'network',
          'agent',
          'list',
          '--host',
          evidence.destination.name,
        ]),
      ],
      ...ofAgents(evidence),
    }),
  },
];

function said({ id, vnicType, vifType, hostId }: Port): string {
  return `Port ${id}: ${vnicType ?? 'type not told'}, ${vifType ?? 'binding not told'}, on ${hostId === undefined || hostId === '' ? 'no host' : hostId}`;
}

function ofPorts({ surroundings: { ports }, source, destination }: MoveEvidence): Judgement {
  if (!ports.known) return unread(ports, 'What ports it has could not be read');
  const broken = ports.value.find(({ vifType }) => BROKEN.has(vifType ?? ''));
  if (broken !== undefined) {
    return {
      verdict: 'warn',
      message: `Port ${broken.id} is not bound now (${broken.vifType ?? ''}): the instance has no network by it, and after the move it would look like the move’s fault.`,
      fix: `openstack port show ${quoted(broken.id)}, and the log of Neutron’s server for why.`,
    };
  }
  const elsewhere = ports.value.find(
    ({ hostId }) => hostId !== undefined && hostId !== '' && hostId !== source.name,
  );
  if (elsewhere !== undefined) {
    return {
      verdict: 'warn',
      message: `Port ${elsewhere.id} is bound to ${elsewhere.hostId ?? ''}, and the instance is on ${source.name}: something of an earlier move was not finished.`,
      fix: `openstack port set --host ${quoted(source.name)} ${quoted(elsewhere.id)}, then a hard reboot of the instance.`,
    };
  }
  const special = ports.value.filter(({ vnicType }) => vnicType !== undefined && !ORDINARY.has(vnicType));
  const [first] = special;
  if (first !== undefined) {
    return {
      verdict: 'warn',
      message: `${String(special.length)} port(s) need a device of the host (${[...new Set(special.map(({ vnicType }) => vnicType ?? ''))].join(', ')}); whether ${destination.name} has one free on the same network, only Nova’s own claim finds out, after the stop.`,
      fix: `On ${destination.name}: lspci | grep -i virtual, against [pci] of its nova.conf.`,
    };
  }
  const untold = ports.value.filter(({ vnicType }) => vnicType === undefined).length;
  if (untold > 0) {
    return {
      verdict: 'note',
      message: `Neutron does not show us how ${String(untold)} of its ports are bound; one that needs a device of the host would be refused after the stop.`,
    };
  }
  return {
    verdict: 'pass',
    message:
      ports.value.length === 0
        ? 'It has no ports.'
        : `Its ${String(ports.value.length)} port(s) need nothing special of a host.`,
  };
}

function ofAgents({ surroundings: { networkAgents, ports }, source, destination }: MoveEvidence): Judgement {
  if (ports.known && ports.value.length === 0)
    return { verdict: 'pass', message: 'It has no ports that would have to be bound.' };
  if (!networkAgents.known)
    return unread(networkAgents, `Whether the network of ${destination.name} works could not be read`);
  const on = (name: string): readonly NetworkAgent[] =>
    networkAgents.value.filter(({ host, plugs }) => plugs && host === name);
  const working = [
    ...new Set(
      on(source.name)
        .filter(({ alive }) => alive)
        .map(({ type }) => type),
    ),
  ];
  const there = on(destination.name);
  const dead = there.find(({ type, alive }) => working.includes(type) && !alive);
  if (dead !== undefined) {
    return {
      verdict: 'block',
      message: `The ${dead.type} on ${destination.name} is not alive: Neutron would not bind the port there, and Nova learns of it only after the copy.`,
      fix: `On ${destination.name}: look at the service of that agent, and at its clock; Neutron calls dead what has not reported for 75 s.`,
    };
  }
  const absent = working.filter((type) => !there.some((agent) => agent.type === type));
  if (absent.length > 0) {
    return {
      verdict: 'warn',
      message: `${source.name} has a ${absent.join(' and a ')}, ${destination.name} has none: Neutron may not be able to bind the port there, and Nova learns of it only after the copy.`,
      fix: `openstack network agent list --host ${quoted(destination.name)}`,
    };
  }
  if (working.length === 0)
    return {
      verdict: 'pass',
      message: 'This network needs no agents on the hosts, as far as Neutron tells.',
    };
  return { verdict: 'pass', message: `The ${working.join(' and the ')} on ${destination.name} is alive.` };
}
