import { showCommand } from '../naming.ts';
import type { Action } from './action.ts';
import { isAtRest, isRunning, type CaseFile, type Seen } from './case-file.ts';
import { bindPorts, rename, writeHost, writeStatus } from './commands.ts';

/** What the app writes out and a person does, with how it is undone and looked at. */

/** A restart of nova-compute ends what it does for other instances, too. */
export function restartCompute(host: string): Action {
  return {
    kind: 'by-hand',
    title: `Restart nova-compute on ${host}`,
    where: host,
    commands: [
      showCommand(['openstack', 'server', 'migration', 'list', '--host', host, '--status', 'migrating']),
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
  return [
    {
      kind: 'by-hand',
      title: `Close record ${id}, if it is in the way`,
      where: 'the database of the cell',
      commands: [
        `SELECT id, status, source_compute, dest_compute FROM migrations WHERE id = ${id};`,
        writeStatus(record.id, server.id, status),
      ],
      changes: `The record says ${status}. Nothing else looks at it but the lists of migrations and the limits of Placement.`,
      undo: writeStatus(record.id, server.id, record.status),
      check: `openstack server migration list --server ${server.id}`,
    },
  ];
}

/** What Placement holds too much. */
export function healAllocations(file: CaseFile): Action {
  const { server, record, evidence } = file;
  const isLeaked =
    isAtRest(file) && evidence.allocations.known && evidence.allocations.value.ofMigration.length > 0;
  return {
    kind: 'by-hand',
    title: 'Put Placement right',
    where: 'the controller',
    commands: [
      `openstack resource provider allocation show ${server.id}`,
      ...(record?.uuid === undefined ? [] : [`openstack resource provider allocation show ${record.uuid}`]),
      'nova-manage placement audit --verbose',
      ...(isLeaked && record?.uuid !== undefined
        ? [`openstack resource provider allocation delete ${record.uuid}`]
        : []),
      `nova-manage placement heal_allocations --instance ${server.id} --force`,
    ],
    changes: `${isLeaked ? 'The last two: the migration that is over holds nothing any more' : 'Only the last'}; the instance holds what its flavor asks for, on the host where Nova says it is.`,
    undo: 'openstack resource provider allocation set, with what the first commands showed.',
    check: `openstack resource provider allocation show ${server.id} names one provider.`,
  };
}

/** Where the instance's own record names another host than runs it. Its way back is written first. */
export function tellNova({ server }: CaseFile, host: string): Action {
  return {
    kind: 'by-hand',
    title: `Tell Nova that it is on ${host}`,
    where: 'the database of the cell, then the workstation',
    commands: [
      `openstack server lock ${server.id}`,
      ...writeHost(server.id, host),
      bindPorts(server.id, host),
      `openstack server unlock ${server.id}`,
    ],
    changes: 'Nova sends what is asked of the instance to that host; its ports are bound there.',
    undo: 'The same UPDATE with what the SELECT showed before.',
    check: `openstack server show ${server.id} names ${host}; virsh list there shows it.`,
  };
}

/** The source's disks once more to the destination; what lies there is set aside, not written over. */
export function copyAgain({ server }: CaseFile, source: Seen, to: Seen, from: string): Action {
  const home = `${to.instancesPath}/${server.id}`;
  const aside = to.instance.directory === undefined ? [] : [rename(home, `${home}.kept`)];
  return {
    kind: 'by-hand',
    title: `Copy the disks to ${to.name}`,
    where: `${source.name}, then ${to.name}`,
    commands: [
      ...(isRunning(to) ? [`openstack server stop ${server.id}`] : []),
      `sudo -u nova ${showCommand(['rsync', '-aS', '--exclude', 'console.log', `${from}/`, `${to.name}:${home}.again/`])}`,
      ...aside,
      rename(`${home}.again`, home),
    ],
    changes: `The first command reads on ${source.name} and makes ${home}.again on ${to.name}; the others, on ${to.name}, give it its name.`,
    undo: `On ${to.name}: ${[rename(home, `${home}.again`), ...(aside.length === 0 ? [] : [rename(`${home}.kept`, home)])].join('; ')}`,
    check: 'Look again, and have both sides compared.',
  };
}

/** Every name with its id, on every host. */
export function findDisks({ server }: CaseFile, instancesPath: string): Action {
  return {
    kind: 'by-hand',
    title: 'Find its disks',
    where: 'every host',
    commands: [showCommand(['find', instancesPath, '-maxdepth', '2', '-name', `*${server.id}*`, '-ls'])],
    changes: 'Nothing.',
    undo: 'Nothing was changed.',
    check: 'Look again, with every host that has them.',
  };
}

/** A verdict that only a look into the guest can support. */
export function confirmByHand({ server, source }: CaseFile): Action {
  return {
    kind: 'by-hand',
    title: 'Confirm, if the guest is in order',
    where: 'the workstation',
    commands: [
      `openstack server show ${server.id} -c OS-EXT-STS:power_state`,
      `openstack server migration confirm ${server.id}`,
    ],
    changes: `Nova removes what is left on ${source?.name ?? 'the source'}, for good. While it calls a running guest Shutdown, wait: it would stop it.`,
    undo: 'There is none. Look into the guest first: file systems, services, the newest data.',
    check: `openstack server migration list --server ${server.id} says confirmed.`,
    amountsTo: 'confirm',
  };
}

/** Disks that somebody gave their name back too soon: a revert looks for `_resize`. */
export function nameForRevert({ server }: CaseFile, { name, instance, instancesPath }: Seen): Action {
  const home = `${instancesPath}/${server.id}`;
  const aside =
    instance.resizeDirectory === undefined ? [] : [rename(`${home}_resize`, `${home}_resize.kept`)];
  return {
    kind: 'by-hand',
    title: `Name the disks on ${name} so that a revert finds them`,
    where: name,
    commands: [...aside, rename(home, `${home}_resize`)],
    changes: 'The name of the directory; the files stay what they are.',
    undo: rename(`${home}_resize`, home),
    check: `${home}_resize is there, with the root disk; there is no ${home}.`,
  };
}

/** A confirm writes down the power state that Nova knows; what it calls off it stops afterwards (docs/handbook/nova.md). */
export function waitForPower({ server }: CaseFile): Action {
  return {
    kind: 'by-hand',
    title: 'Wait until Nova knows that it runs',
    where: 'the workstation',
    commands: [`openstack server show ${server.id} -c OS-EXT-STS:power_state`],
    changes: 'Nothing; Nova looks every ten minutes (sync_power_state_interval).',
    undo: 'Nothing was changed.',
    check: 'It says Running.',
  };
}

/** A copy that nobody waits for any more, or that hangs. */
export function endCopy({ server }: CaseFile, host: string, pids: readonly number[]): Action {
  const list = pids.join(' ');
  return {
    kind: 'by-hand',
    title: `Wait for the copy on ${host}, or end it`,
    where: host,
    commands: [`ps -o pid,etime,args -p ${pids.join(',')}`, `kill ${list}`],
    changes: `What ${list} has written at the destination stays there, incomplete. End it only if the first command names ${server.id}.`,
    undo: 'Nothing to undo: the disks that it reads are not changed.',
    check: `ps -p ${pids.join(',')} shows nothing; then look at the instance again.`,
  };
}
