import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { unread } from '../unread.ts';
import { look, ofNova, quoted } from '../words.ts';

/** Volumes of Cinder, which Nova detaches and attaches again. */
export const VOLUME_CHECKS: readonly MoveCheck[] = [
  {
    id: 'server.volumes',
    title: 'Volumes',
    scope: 'move',
    protectsFrom: 'A revert brings back the disks of before, but not what was written to a volume meanwhile.',
    sources: ['row 34', 'docs/handbook/nova.md'],
    reads: 'The server record: attached volumes',
    testedIn: ['test/unit/domain/volumes-check.test.ts', 'test/integration/preflight-basics.test.ts'],
    judge: ({ server: { id, volumeIds } }) => ({
      evidence: [
        `Volumes: ${volumeIds.join(', ') || 'none'}`,
        look('the workstation', ['openstack', 'server', 'volume', 'list', id]),
      ],
      ...(volumeIds.length === 0
        ? { verdict: 'pass', message: 'No volumes are attached.' }
        : {
            verdict: 'note',
            message: `${String(volumeIds.length)} volume(s) are attached; they are not copied, Nova attaches them again. A revert does not take back what was written to them.`,
          }),
    }),
  },
  {
    id: 'server.volume-state',
    title: 'State of the volumes',
    scope: 'move',
    protectsFrom:
      'A volume that is half attached is not attached again at the destination, after the copy; one that others write to is in no revert.',
    sources: ['row 34', 'F40'],
    reads: 'Cinder: status, multiattach and attachments of each volume',
    testedIn: [
      'test/unit/domain/preflight/cloud-volumes.test.ts',
      'test/integration/preflight-cloud.test.ts',
      'test/openstack/scenarios/preflight/busy.ts',
    ],
    judge: (evidence) => ({
      evidence: volumeWords(evidence),
      ...ofVolumeState(evidence),
    }),
  },
  {
    id: 'hosts.service-token',
    title: 'Service token for volumes',
    scope: 'move',
    protectsFrom:
      'Cinder refuses to give up an attachment after the copy, and the instance ends in ERROR between both hosts.',
    sources: ['row 24', 'F01', 'CVE-2023-2088', 'docs/handbook/nova.md'],
    reads: 'nova.conf of both hosts: [service_user] send_service_user_token',
    testedIn: ['test/openstack/scenarios/volumes.ts', 'test/integration/preflight-basics.test.ts'],
    judge: (evidence) => ({
      evidence: [evidence.source, evidence.destination].map((host) =>
        ofNova(host, `send_service_user_token ${String(host.facts.nova.sendsServiceToken)}`),
      ),
      ...ofServiceToken(evidence),
    }),
  },
];

function volumeWords({ server, surroundings: { volumes } }: MoveEvidence): readonly string[] {
  const read = volumes.known ? volumes.value : [];
  return [
    ...read.map(
      ({ id, status, multiAttach, attachedTo }) =>
        `Volume ${id}: ${status}, ${multiAttach ? 'for several servers' : 'for one server'}, attached to ${attachedTo.join(', ') || 'none'}`,
    ),
    look('the workstation', ['openstack', 'server', 'volume', 'list', server.id]),
  ];
}

function ofVolumeState({ server, surroundings: { volumes } }: MoveEvidence): Judgement {
  if (server.volumeIds.length === 0) return { verdict: 'pass', message: 'No volumes are attached.' };
  if (!volumes.known) return unread(volumes, 'In what state its volumes are could not be read');
  const odd = volumes.value.find(
    ({ status, attachedTo }) => status !== 'in-use' || !attachedTo.includes(server.id),
  );
  if (odd !== undefined) {
    return {
      verdict: 'warn',
      message: `Volume ${odd.id} is “${odd.status}” in Cinder, and ${odd.attachedTo.includes(server.id) ? 'attached' : 'not attached'} to this instance, although Nova has it attached: Nova may fail on it after the copy.`,
      fix: `openstack volume show ${quoted(odd.id)}; then nova-manage volume_attachment refresh, or attach it anew.`,
    };
  }
  const shared = volumes.value.filter(({ attachedTo }) => attachedTo.length > 1);
  if (shared.length > 0) {
    return {
      verdict: 'note',
      message: `${String(shared.length)} volume(s) are attached to other instances as well; those go on writing to them during the move.`,
    };
  }
  return {
    verdict: 'pass',
    message: `${String(volumes.value.length)} volume(s) are in use by this instance alone.`,
  };
}

/** Nova asks for it after the copy, and a no leaves the instance in ERROR between both hosts. */
function ofServiceToken({ server, source, destination }: MoveEvidence): Judgement {
  if (server.volumeIds.length === 0)
    return { verdict: 'pass', message: 'Without volumes, Cinder is not asked for anything.' };
  const silent = [source, destination].filter(({ facts }) => !facts.nova.sendsServiceToken);
  if (silent.length === 0) return { verdict: 'pass', message: 'Nova on both hosts sends a service token.' };
  return {
    verdict: 'warn',
    message: `Nova on ${silent.map(({ name }) => name).join(' and ')} sends no service token. Cinder since 2023 then refuses to give the volume up, after the copy, and the instance ends in ERROR between both hosts.`,
    fix: 'Set send_service_user_token = True in [service_user] of nova.conf, with a login that has the role service, and restart nova-compute. Go on only if Cinder is older.',
  };
}
