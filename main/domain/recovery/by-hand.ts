import type { Action } from './action.ts';
import type { CaseFile } from './case-file.ts';

/** What the app writes out and a person does, with how it is undone and looked at. */

/** A restart of nova-compute ends what it does for other instances, too. */
export function restartCompute(host: string): Action {
  return {
    kind: 'by-hand',
    title: `Restart nova-compute on ${host}`,
    where: host,
    commands: [
      `openstack server migration list --host ${host} --status migrating`,
      'systemctl restart nova-compute',
    ],
    changes:
      'Nova rolls back what it was at with this instance, and with every other that the first command shows: wait for those.',
    undo: 'Nothing to undo: at its start Nova puts the names of the disks back.',
    check:
      'openstack compute service list --service nova-compute shows it up; then look at the instance again.',
  };
}

/** A record that never ended. Nova has no call for it, so it is written out for the database, with its way back. */
export function closeRecord({ record, server }: CaseFile, status: 'error' | 'confirmed'): readonly Action[] {
  if (record === undefined || ['error', 'confirmed', 'reverted'].includes(record.status)) return [];
  const id = String(record.id);
  const set = (to: string): string =>
    `UPDATE migrations SET status = '${to}' WHERE id = ${id} AND instance_uuid = '${server.id}';`;
  return [
    {
      kind: 'by-hand',
      title: `Close record ${id}, if it is in the way`,
      where: 'the database of the cell',
      commands: [
        `SELECT id, status, source_compute, dest_compute FROM migrations WHERE id = ${id};`,
        set(status),
      ],
      changes: `The record says ${status}. Nothing else looks at it but the lists of migrations and the limits of Placement.`,
      undo: set(record.status.replaceAll(/[^a-z-]/g, '')),
      check: `openstack server migration list --server ${server.id}`,
    },
  ];
}

/** What Placement holds too much. */
export function healAllocations({ server, record }: CaseFile): Action {
  return {
    kind: 'by-hand',
    title: 'Put Placement right',
    where: 'the controller',
    commands: [
      `openstack resource provider allocation show ${server.id}`,
      ...(record?.uuid === undefined ? [] : [`openstack resource provider allocation show ${record.uuid}`]),
      'nova-manage placement audit --verbose',
      `nova-manage placement heal_allocations --instance ${server.id} --force`,
    ],
    changes:
      'Only the last command: the instance holds what its flavor asks for, on the host where Nova says it is.',
    undo: 'openstack resource provider allocation set, with what the first command showed.',
    check: `openstack resource provider allocation show ${server.id} names one provider.`,
  };
}
