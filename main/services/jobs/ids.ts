import { createHash, randomBytes } from 'node:crypto';
import { Failure } from '../../domain/failure.ts';

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Which job: one name per migration. Both become names of directories on the host. */
export interface JobKey {
  readonly migrationId: string;
  readonly name: string;
}

/**
 * Lets an id through that may become the name of a directory.
 *
 * @throws Failure `bad-request` for anything but letters, digits, dots, dashes and underscores.
 */
export function checkId(id: string): string {
  if (ID.test(id)) return id;
  throw new Failure('bad-request', `${JSON.stringify(id)} cannot be the name of a migration or a job.`);
}

/** @throws Failure `bad-request` if it is not a UUID as Nova writes it, in lower case. */
export function checkServerId(id: string): string {
  if (UUID.test(id)) return id;
  throw new Failure('bad-request', `${JSON.stringify(id)} is not the id of a server.`);
}

/**
 * @throws Failure `bad-request` for a path that is not absolute, has a `..`, or has an empty part. A script on the host
 * may then build on it without meeting an option or another directory.
 */
export function checkPath(path: string): string {
  const parts = path.split('/').slice(1);
  const bad = parts.some((part) => part === '' || part === '.' || part === '..');
  if (path.startsWith('/') && !bad && !path.includes('\0')) return path;
  throw new Failure('bad-request', `${JSON.stringify(path)} is not a plain absolute path.`);
}

/**
 * A directory that is looked below by patterns, such as those of find(1): whose own name must not be read as one.
 *
 * @throws Failure `bad-request`, as `checkPath`, and for `*`, `?`, brackets, a backslash or a line end.
 */
export function checkDirectory(path: string): string {
  if (!/[*?[\]\\\r\n]/.test(path)) return checkPath(path);
  throw new Failure('bad-request', `${JSON.stringify(path)} has characters in it that would be a pattern.`);
}

/** A job's name from a kind and a file's name, whatever that is: `copy-disk.eph0`. Different files give different names. */
export function jobName(kind: string, file: string): string {
  const name = `${kind}-${file}`;
  if (ID.test(name)) return name;
  const mark = createHash('sha256').update(file).digest('hex').slice(0, 12);
  return `${kind}-${file.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 60)}-${mark}`;
}

/**
 * A name for the transient unit of systemd in which one start of this job runs: `coldhaul-7c1f-copy-disk-9d03b1f2c4a5.scope`.
 * No two starts share one, so a unit that is still there cannot be in the way of the next, nor be stopped for it. What an
 * id may consist of is plain to systemd, too; only its length is limited here.
 */
export function unitName({ migrationId, name }: JobKey): string {
  const parts = [checkId(migrationId).slice(0, 60), checkId(name).slice(0, 100)];
  return ['coldhaul', ...parts, `${randomBytes(6).toString('hex')}.scope`].join('-');
}

/** @throws Failure `bad-request` for what cannot be the name or the address of a host, such as an option of ssh. */
export function checkAddress(address: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9.-]*$|^[0-9A-Fa-f:]+(%[A-Za-z0-9]+)?$/.test(address)) return address;
  throw new Failure('bad-request', `${JSON.stringify(address)} is not the address of a host.`);
}

/** @throws Failure `bad-request` for what cannot be the name of a user. */
export function checkUser(user: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(user)) return user;
  throw new Failure('bad-request', `${JSON.stringify(user)} is not the name of a user.`);
}
