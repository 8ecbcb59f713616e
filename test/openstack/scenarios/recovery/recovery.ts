import { ADMIN, callerFor } from '../../api.ts';
import { untidy } from '../../check.ts';
import { INSTANCES, novaSays, settled } from '../../guests.ts';
import { ask, cloud, until, type HostName } from '../../machines.ts';
import { forgetBase, type Scenario, type Stage } from '../../scenario.ts';
import { bootsWhole, killCopy, must, novaCopies, shortLogins, slowLink, stoppedGuest } from '../words.ts';
import { found, isListed, look, wayOut, words } from './way-out.ts';

/**
 * Guests that somebody else’s migration has left in trouble: what Coldhaul calls it, and that its steps lead out, without
 * a word to the database.
 */
export const RECOVERY: readonly Scenario[] = (
  [
    ['recovery-not-copied', notCopied],
    ['recovery-forgotten', forgotten],
    ['recovery-copy-killed', copyKilled],
    ['recovery-dest-dead', destinationDead],
    ['recovery-token', tokenOver],
    ['recovery-image-gone', imageGone],
    ['recovery-reset', resetMisused],
  ] as const
).map(([name, run]) => ({ name, run, route: 'nova', transport: 'rsync' }));

/** A minute until Nova calls a service down, and as long until a copy is called dead. */
const SEEN_MS = 300_000;

const act = ({ caller }: Stage, id: string, body: unknown): Promise<unknown> =>
  caller.ask('compute', 'POST', `/servers/${id}/action`, body);

/** By Nova alone, as one who does not know Coldhaul would. */
async function migrate(stage: Stage, id: string): Promise<void> {
  await act(stage, id, { migrate: { host: stage.to } });
}

async function migrated(stage: Stage): Promise<string> {
  const id = await stoppedGuest(stage);
  await migrate(stage, id);
  await settled(stage.caller, id, 'VERIFY_RESIZE');
  return id;
}

/** It lives there, with its own content, and nothing is left of the trouble. */
async function isWell(stage: Stage, id: string, host: HostName): Promise<readonly number[]> {
  const problems = await untidy(stage.caller, id, host);
  must(problems.length === 0, problems.join('\n'));
  await bootsWhole(stage, id, host, 2);
  return [];
}

/** The destination says the source’s address, so Nova copies from the source to the source. */
async function notCopied(stage: Stage): Promise<readonly number[]> {
  const { from, to, caller } = stage;
  const id = await stoppedGuest(stage);
  const restarted = async (edit: string): Promise<void> => {
    await ask(to, 'sed', '-i', '-e', edit, '/etc/nova/nova.conf');
    await cloud('service', 'stop', to, 'nova-compute');
    await cloud('service', 'start', to, 'nova-compute');
  };
  const address = async (host: HostName): Promise<string> => {
    const line = (await ask(host, 'grep', '^my_ip', '/etc/nova/nova.conf')) ?? '';
    return line.replace(/^my_ip *= */, '');
  };
  const [wrong, right] = [await address(from), await address(to)];
  stage.later(() => restarted(`s/^my_ip.*/my_ip = ${right}/`));
  await restarted(`s/^my_ip.*/my_ip = ${wrong}/`);
  await migrate(stage, id);
  await settled(caller, id, 'VERIFY_RESIZE');
  const { never } = await found(stage, id, 'verify-nothing-copied');
  must(
    never.some(({ what }) => what === 'confirm'),
    'it does not forbid the confirm',
  );
  await isListed(stage, id, 'verify-nothing-copied');
  const keys = await wayOut(stage, id);
  must(keys.includes('revert'), `it was led by ${words(keys)}`);
  return isWell(stage, id, from);
}

async function forgotten(stage: Stage): Promise<readonly number[]> {
  const id = await migrated(stage);
  await found(stage, id, 'verify-waits');
  await isListed(stage, id, 'verify-waits');
  const keys = words(await wayOut(stage, id));
  must(keys === 'compare, confirm', `it was led by ${keys}`);
  return isWell(stage, id, stage.to);
}

/** The source’s nova-compute dies with its copy, and stays away until the disks have their name again. */
async function copyKilled(stage: Stage): Promise<readonly number[]> {
  const { from } = stage;
  const id = await stoppedGuest(stage);
  await slowLink(stage, from, 16);
  await migrate(stage, id);
  await novaCopies(stage, id);
  await killCopy(stage, id);
  await found(stage, id, 'resize-copy-dead', SEEN_MS);
  await wayOut(stage, id);
  await cloud('service', 'start', from, 'nova-compute');
  await until('a Nova without a task', SEEN_MS, async () =>
    (await novaSays(stage.caller, id)).task === null ? true : undefined,
  );
  await wayOut(stage, id);
  await putPlacementRight(stage, id);
  return isWell(stage, id, from);
}

/** What Nova leaves in Placement when it dies in a copy is for a person: the commands of the step, as they are written. */
async function putPlacementRight(stage: Stage, id: string): Promise<void> {
  const { steps } = await found(stage, id, 'allocations');
  const [step] = steps;
  must(step?.isDoneByUs === false, 'there is no step for it');
  for (const command of step.commands) {
    const words = command.split(' ');
    if (command.startsWith('openstack resource provider allocation delete '))
      await stage.caller.ask('placement', 'DELETE', `/allocations/${words.at(-1) ?? ''}`);
    if (command.startsWith('nova-manage placement heal_allocations '))
      await cloud(
        'exec',
        'controller',
        'setpriv',
        '--reuid',
        'nova',
        '--regid',
        'nova',
        '--init-groups',
        ...words,
      );
  }
  const { diagnoses } = await look(stage, id);
  must(!diagnoses.some(({ rule }) => rule === 'allocations'), 'Placement is as before');
}

/** The destination’s dies while the source copies; what waits for it is done when it is back. */
async function destinationDead(stage: Stage): Promise<readonly number[]> {
  const { from, to, caller } = stage;
  const id = await stoppedGuest(stage);
  await slowLink(stage, from, 16);
  await migrate(stage, id);
  await novaCopies(stage, id);
  await cloud('service', 'kill', to, 'nova-compute');
  stage.later(() => cloud('service', 'start', to, 'nova-compute'));
  await until('the end of the copy', SEEN_MS, async () =>
    (await novaSays(caller, id)).task === 'resize_migrated' ? true : undefined,
  );
  const { steps } = await found(stage, id, 'resize-finish-dead', SEEN_MS);
  const [first] = steps;
  must(first?.key === `by-hand Restart nova-compute on ${to}`, `its first step is ${first?.key ?? 'none'}`);
  await cloud('service', 'start', to, 'nova-compute');
  await settled(caller, id, 'VERIFY_RESIZE');
  const keys = words(await wayOut(stage, id));
  must(keys === 'compare, confirm', `it was led by ${keys}`);
  return isWell(stage, id, to);
}

/** The login is over when the copy is there, and Nova may not ask Neutron any more. */
async function tokenOver(stage: Stage): Promise<readonly number[]> {
  const { from, to } = stage;
  const id = await stoppedGuest(stage);
  await shortLogins(stage);
  await slowLink(stage, from, 2);
  const action = `/servers/${id}/action`;
  await callerFor(ADMIN).ask('compute', 'POST', action, { migrate: { host: to } });
  await settled(stage.caller, id, 'ERROR');
  const { never } = await found(stage, id, 'error-source-renamed');
  must(
    never.some(({ what }) => what.includes('hard reboot')),
    'it does not forbid a hard reboot',
  );
  const keys = words(await wayOut(stage, id));
  must(keys.startsWith('put-back') && keys.includes('reset-state'), `it was led by ${keys}`);
  return isWell(stage, id, from);
}

/** Its image is deleted, and the source’s image cache has taken the base away meanwhile. */
async function imageGone(stage: Stage): Promise<readonly number[]> {
  const id = await stoppedGuest(stage);
  await stage.deleteImage();
  await migrate(stage, id);
  await settled(stage.caller, id, 'VERIFY_RESIZE');
  await forgetBase(stage.image, [stage.from]);
  await found(stage, id, 'verify-base-gone');
  const keys = words(await wayOut(stage, id));
  must(keys.startsWith('bring-base'), `it was led by ${keys}`);
  return isWell(stage, id, keys.includes('revert') ? stage.from : stage.to);
}

/** VERIFY_RESIZE, and somebody sets the state to active: Nova knows neither confirm nor revert any more. */
async function resetMisused(stage: Stage): Promise<readonly number[]> {
  const { from, to } = stage;
  const id = await migrated(stage);
  await act(stage, id, { 'os-resetState': { state: 'active' } });
  await found(stage, id, 'reset-on-verify');
  const keys = words(await wayOut(stage, id));
  must(keys.includes('set-aside'), `it was led by ${keys}`);
  const kept = await ask(from, 'find', INSTANCES, '-maxdepth', '1', '-name', `${id}_resize.kept-*`);
  must(kept !== undefined && kept !== '', 'the old disks are not kept');
  return isWell(stage, id, to);
}
