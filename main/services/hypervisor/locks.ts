import { Failure } from '../../domain/failure.ts';
import { printable } from '../../domain/naming.ts';
import type { LockOwner } from '../../domain/hypervisors.ts';
import type { Shell } from '../../domain/ports.ts';
import { checkId } from '../jobs/ids.ts';
import { runScript } from '../jobs/run-script.ts';
import { LOCK_SCRIPT, UNLOCK_SCRIPT } from './scripts/lock.ts';

export async function lock(
  shell: Shell,
  directory: string,
  serverId: string,
  owner: LockOwner,
  signal?: AbortSignal,
): Promise<void> {
  const args = [directory, serverId, checkId(owner.migrationId), printable(owner.who)];
  await ask(shell, directory, serverId, 'lock the instance', LOCK_SCRIPT, args, signal);
}

export async function unlock(
  shell: Shell,
  directory: string,
  serverId: string,
  owner: LockOwner,
  signal?: AbortSignal,
): Promise<void> {
  const args = [directory, serverId, checkId(owner.migrationId)];
  await ask(shell, directory, serverId, 'unlock the instance', UNLOCK_SCRIPT, args, signal);
}

async function ask(
  shell: Shell,
  directory: string,
  serverId: string,
  what: string,
  script: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const said = await runScript(shell, what, script, args, { ...(signal !== undefined && { signal }) });
  const [answer, other = ''] = said.split('\0');
  if (answer !== 'other') return;
  const [migration = '', who = '', since = ''] = other.split('\n').map(printable);
  throw new Failure(
    'migration.in-use',
    `${who} works on ${serverId} on ${shell.host} since ${since} (migration ${migration}).`,
    {
      hint: `Wait for it, or ask ${who}. Only if that work is certainly over: rm ${directory}/${serverId} on ${shell.host}.`,
    },
  );
}
