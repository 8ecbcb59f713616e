import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import type { Accepted, Cloud } from '../../domain/cloud.ts';
import { Failure } from '../../domain/failure.ts';
import type { Compute } from './compute.ts';
import { SINCE } from './compute-version.ts';
import { readBody } from './read-body.ts';
import { atLeast, formatVersion } from './version.ts';

type Acts = Pick<
  Cloud,
  | 'lock'
  | 'unlock'
  | 'stop'
  | 'start'
  | 'migrate'
  | 'confirmResize'
  | 'revertResize'
  | 'resetStateToActive'
  | 'resetStateToError'
  | 'hardReboot'
  | 'consoleTail'
>;

/**
 * What Nova says when it has taken an act; a confirm is answered with 204 (nova/api/openstack/compute: `wsgi.response` of
 * each action). A page of a portal with 200 means that Nova knows nothing of it.
 */
const TAKEN: readonly number[] = [202, 204];

/** What is posted to a server's `action`. */
export function serverActs(compute: Compute): Acts {
  const simple =
    (verb: string, body: object) =>
    async (serverId: string, signal?: AbortSignal): Promise<Accepted> => {
      const { answer, requestId } = await compute.post(serverId, `${verb} server ${serverId}`, body, signal);
      if (!TAKEN.includes(answer.status)) throw takenByAnother(verb, serverId, answer.status, requestId);
      return { requestId };
    };

  return {
    async lock(serverId, reason, signal) {
      const { used } = await compute.api(signal);
      const lock = atLeast(used, SINCE.lockedReason) ? { locked_reason: reason } : null;
      return await simple('lock', { lock })(serverId, signal);
    },
    unlock: simple('unlock', { unlock: null }),
    stop: simple('stop', { 'os-stop': null }),
    start: simple('start', { 'os-start': null }),
    async migrate(serverId, host, signal) {
      const { used } = await compute.api(signal);
      if (!atLeast(used, SINCE.migrateToHost)) throw hostIgnored(serverId, host, formatVersion(used));
      return await simple('migrate', { migrate: { host } })(serverId, signal);
    },
    confirmResize: simple('confirm the migration of', { confirmResize: null }),
    revertResize: simple('revert the migration of', { revertResize: null }),
    resetStateToActive: simple('reset the state of', { 'os-resetState': { state: 'active' } }),
    resetStateToError: simple('reset the state of', { 'os-resetState': { state: 'error' } }),
    hardReboot: simple('reboot', { reboot: { type: 'HARD' } }),
    async consoleTail(serverId, lines, signal) {
      const body = { 'os-getConsoleOutput': { length: lines } };
      const act = `read the console of server ${serverId}`;
      const { question, answer } = await compute.post(serverId, act, body, signal);
      return harmless(readBody(z.object({ output: z.string() }), question, answer).output);
    },
  };
}

/** The guest writes its console: terminal commands in it must not reach the admin's terminal. */
function harmless(output: string): string {
  return stripVTControlCharacters(output).replaceAll(/[^\P{Cc}\n\t]/gu, '');
}

/** Passing, and as with no answer at all: whoever asked looks whether it was done before it is asked again. */
function takenByAnother(
  verb: string,
  serverId: string,
  status: number,
  requestId: string | undefined,
): Failure {
  return new Failure(
    'cloud.broken',
    `Could not ${verb} server ${serverId}: the compute service answered ${status.toString()}, which Nova never says to that.`,
    {
      hint: 'This is not the answer of Nova: something between answered in its place.',
      passing: true,
      ...(requestId !== undefined && { requestId }),
    },
  );
}

function hostIgnored(serverId: string, host: string, version: string): Failure {
  return new Failure(
    'cloud.too-old',
    `Could not migrate server ${serverId} to ${host}: the cloud speaks compute API ${version}, and before 2.56 it ignores the host and chooses one itself.`,
    { hint: 'Update Nova to Queens (2018) or newer.' },
  );
}
