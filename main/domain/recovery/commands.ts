import { showCommand } from '../naming.ts';

/** Commands and statements for a person to copy. Every name in them comes from the cloud or a host, and is quoted. */

/** Never over what is there. */
export function rename(from: string, to: string): string {
  return showCommand(['mv', '-nT', from, to]);
}

/** A text in a statement for MySQL, which takes a backslash for an escape, too. */
function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** What the database has of an instance, and how it gets another host there: a look first, whose answer is the way back. */
export function writeHost(serverId: string, host: string): readonly string[] {
  const which = `WHERE uuid = ${text(serverId)} AND deleted = 0;`;
  const of = (column: string): string =>
    `(SELECT ${column} FROM compute_nodes WHERE host = ${text(host)} AND deleted = 0 LIMIT 1)`;
  return [
    `SELECT host, node, task_state, vm_state FROM instances ${which}`,
    `UPDATE instances SET host = ${text(host)}, node = ${of('hypervisor_hostname')}, task_state = NULL ${which}`,
    `-- where the table has compute_id (2023 on), also: UPDATE instances SET compute_id = ${of('id')} ${which}`,
  ];
}

/** Binds every port of an instance to a host. */
export function bindPorts(serverId: string, host: string): string {
  const list = showCommand(['openstack', 'port', 'list', '--server', serverId, '-f', 'value', '-c', 'ID']);
  return `${list} | ${showCommand(['xargs', '-rn', '1', 'openstack', 'port', 'set', '--host', host])}`;
}

/** What a record of a migration is to say; anything but a status of Nova's own letters is left out. */
export function writeStatus(recordId: number, serverId: string, status: string): string {
  const word = status.replaceAll(/[^a-z-]/g, '');
  return `UPDATE migrations SET status = '${word}' WHERE id = ${String(recordId)} AND instance_uuid = ${text(serverId)};`;
}
