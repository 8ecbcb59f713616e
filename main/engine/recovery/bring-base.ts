import { randomUUID } from 'node:crypto';
import { Failure } from '../../domain/failure.ts';
import type { Fact } from '../../domain/facts.ts';
import { fileName, stagedBaseName } from '../../domain/naming.ts';
import type { Ports } from '../../domain/ports.ts';
import type { Action } from '../../domain/recovery/action.ts';
import type { Evidence } from '../../domain/recovery/evidence.ts';
import { forgetJobs } from './forget-jobs.ts';

type BringBase = Extract<Action, { kind: 'bring-base' }>;

/**
 * Copies a base from one host to the other, compares it there, and only then gives it its name; never over another file.
 *
 * @throws Failure `migration.changed`, `migration.copy-differs`; what a job on a host fails with; `cancelled`.
 */
export async function bringBase(
  ports: Ports<Fact>,
  evidence: Evidence,
  { from, to, path }: BringBase,
  signal: AbortSignal,
): Promise<string> {
  const { cloud, hypervisors, transfer } = ports;
  const toldOf = (host: string) => {
    const told = evidence.sides.find(({ name }) => name === host)?.told;
    if (told?.known === true) return told.value;
    throw new Failure('migration.changed', `${host} does not tell what it has`);
  };
  const [{ facts: here }, { facts: there, instance }] = [toldOf(from), toldOf(to)];
  const address = (await cloud.hypervisors(signal)).find(({ host }) => host === to)?.hostIp;
  if (address === undefined) throw new Failure('destination.unknown', `Nova knows no address of ${to}`);
  const { acceptsAnyKey } = await hypervisors.novaReaches(from, address, signal);
  if (acceptsAnyKey) {
    const message = `SSH on ${from} takes whatever host key is shown at ${address}; nobody has compared that of ${to}`;
    ports.log({ level: 'warn', host: from, message });
  }
  const migrationId = randomUUID();
  const stage = await hypervisors.makeStage(to, evidence.server.id, signal);
  const staged = `${stage}/${stagedBaseName(path)}`;
  // Of one release both hosts have the same place for bases; where they differ, the destination's counts.
  const final = `${there.nova.instancesPath}/_base/${fileName(path)}`;
  const digest = (host: string, side: string, file: string): Promise<{ readonly digest: string }> =>
    transfer.digest(
      {
        migrationId,
        name: `base.${side}`,
        host,
        path: file,
        algorithm: 'sha256sum',
        written: true,
        shared: true,
      },
      signal,
    );
  try {
    await transfer.copy(
      {
        migrationId,
        disk: stagedBaseName(path),
        sourceHost: from,
        destHost: to,
        destAddress: address,
        user: here.novaUser.name,
        fromPath: `${here.nova.instancesPath}/_base/${fileName(path)}`,
        toPath: staged,
        keepMtime: false,
        limitKibPerSecond: undefined,
        rsyncVersion: { source: here.tools.rsync ?? '', dest: there.tools.rsync ?? '' },
        aes: here.cpuHasAes && there.cpuHasAes,
        hostKey: acceptsAnyKey ? 'any' : 'known',
      },
      () => undefined,
      signal,
    );
    const [ours, theirs] = await Promise.all([
      digest(from, 'source', `${here.nova.instancesPath}/_base/${fileName(path)}`),
      digest(to, 'destination', staged),
    ]);
    if (ours.digest !== theirs.digest)
      throw new Failure('migration.copy-differs', `the base that arrived on ${to} is not the one of ${from}`);
    const isOurs = await hypervisors.publishBase(to, staged, final, signal);
    // One that was there before belongs to a migration. After a failure it stays, so that the next try goes on.
    if (instance.stage === undefined) await hypervisors.releaseStage(to, evidence.server.id, signal);
    if (isOurs) return `${final} is on ${to}, and equal to that of ${from}.`;
    throw new Failure(
      'migration.changed',
      `${to} got another ${fileName(path)} meanwhile; it was left as it is`,
    );
  } finally {
    await forgetJobs(ports, [from, to], migrationId);
  }
}
