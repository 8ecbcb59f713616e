import { COMPARISON, type GoodCopy } from '../../main/domain/facts.ts';
import { isOver } from '../../main/domain/migration.ts';
import { readFile } from 'node:fs/promises';
import { bootOn, domainState, exists } from '../lab/demo/truth.ts';
import { INSTANCES_PATH, type LabHost } from '../lab/types.ts';
import { tracesOf, workersOf } from '../support/virtual-disk.ts';
import { contentsOf, holds, holdsWritten, type Contents } from './contents.ts';
import type { FaultCase } from './fault-case.ts';
import type { Gone } from './go.ts';
import type { Stage } from './stage.ts';

export const ENDS = ['confirmed', 'reverted', 'stopped'] as const;
export type End = (typeof ENDS)[number];

export interface Judgement {
  readonly end: End;
  /** All that is not as it was promised; empty if the case passed. */
  readonly problems: readonly string[];
  /** What the app said of it, where it did not end as planned. */
  readonly sentence: string;
}

/** Holds what the app says against the files of both hosts, read beside the app and not through it. */
export async function judge(stage: Stage, one: FaultCase, gone: Gone, before: Contents): Promise<Judgement> {
  const { source, destination, server } = stage;
  const { view } = gone;
  const end: End =
    view?.phase === 'confirmed' ? 'confirmed' : view?.phase === 'reverted' ? 'reverted' : 'stopped';
  const reads = async (host: LabHost, directory: string): Promise<boolean> =>
    holds(await contentsOf(host, directory), before);
  const claim = end === 'stopped' ? await goodCopyOf(stage) : undefined;
  const atSource = end !== 'confirmed' && (await reads(source, server.id));
  const seen = {
    source: atSource,
    resize: end === 'stopped' && !atSource && (await reads(source, `${server.id}_resize`)),
    destination:
      (end === 'confirmed' || claim?.includes('destination') === true) &&
      (await reads(destination, server.id)),
  };
  const sentence = view?.outcome ?? gone.said;
  const problems: string[] = [];
  const must = (truth: boolean, otherwise: string): void => {
    if (!truth) problems.push(otherwise);
  };

  if (end === 'confirmed') {
    must(server.host === destination.name, `confirmed, but Nova says it is on ${server.host}`);
    must(
      seen.destination,
      'confirmed, and the bytes at the destination are not those that were there before',
    );
    must(
      !(await exists(source, `${INSTANCES_PATH}/${server.id}`)),
      'confirmed, but the source has its directory',
    );
  } else {
    must(seen.source || seen.resize, `${end}, and the source is not whole`);
    if (end === 'reverted') must(seen.source, 'reverted, but the disks are not in their place');
    if (end === 'reverted')
      must(server.host === source.name, `reverted, but Nova says it is on ${server.host}`);
  }
  if (end === 'stopped') {
    must(gone.met, `it stopped before any fault had struck: ${sentence.slice(-600)}`);
    must(sentence.trim() !== '', 'it stopped, and not a word was said about it');
    const isSilent = claim === undefined && view !== undefined && isOver(view.phase);
    must(!isSilent, 'it is over, and it does not say where the good copy is');
    must(isTrue(claim, seen), `it says that the good copy is at the ${String(claim)}, which is not so`);
  }
  const { live, flatten, stream } = one.travel;
  if (stream && end !== 'stopped') {
    const facts = await readFile((await stage.journal()) ?? '', 'utf8').catch(() => '');
    must(facts.includes(COMPARISON), 'its journal knows nothing of a disk that was flattened on its way');
  }
  if (live && end !== 'stopped') {
    const facts = await readFile((await stage.journal()) ?? '', 'utf8').catch(() => '');
    const wanted = ['live-frozen', ...(flatten && !stream ? ['disk-flattened'] : [])];
    must(gone.written, 'its guest wrote nothing while its disks were copied');
    for (const fact of wanted)
      must(facts.includes(`"type":"${fact}"`), `its journal knows nothing of ${fact}`);
  }
  const place = seen.destination ? destination : source;
  const held = seen.source || seen.resize || seen.destination;
  if (gone.written && held) {
    const kept = await holdsWritten(place, seen.resize ? `${server.id}_resize` : server.id);
    must(kept, `what the guest wrote while its disks were copied is not on ${place.name}`);
  }
  const states = await Promise.all([source, destination].map((host) => domainState(host, server.id)));
  must(states.filter((state) => state === 'running').length < 2, 'the guest runs on two hosts');
  const crashed = gone.commands.filter(({ exitCode }) => exitCode === 70);
  must(crashed.length === 0, `it calls itself defective: ${crashed.at(-1)?.stderr.slice(-600) ?? ''}`);
  if (view !== undefined && isOver(view.phase)) {
    const home = server.host === destination.name ? destination : source;
    problems.push(...(await untidy(stage, end)));
    // Where Nova itself failed on the destination, nobody starts it there: the app leads to the recovery instead.
    const isLeftToRecovery = end === 'stopped' && server.vmState === 'error';
    if (isLeftToRecovery)
      must(sentence.includes('coldhaul diagnose'), `Nova says ERROR, and no way out is told: ${sentence}`);
    else problems.push(...(await unwell(stage, one, home)));
  }
  return { end, problems, sentence };
}

/** What a migration that is over must not leave behind. */
async function untidy({ source, destination, server }: Stage, end: End): Promise<readonly string[]> {
  const problems: string[] = [];
  if (server.locked) problems.push('it is over, and the instance is still locked');
  for (const host of [source, destination]) {
    for (const worker of await workersOf(host, server.id)) problems.push(`${host.name} still runs ${worker}`);
    // After a failure the copy at the destination stays for the next try, and what Nova may need at the source.
    if (end === 'stopped') continue;
    const left = (await tracesOf(host, server.id)).filter(
      (path) => path.startsWith('/run/') || (path.startsWith('_coldhaul/') && !path.includes('.kept-')),
    );
    if (left.length > 0) problems.push(`${host.name} still has ${left.join(', ')}`);
  }
  return problems;
}

/** Whether the guest is as it should be where Nova says it is. */
async function unwell({ server }: Stage, one: FaultCase, home: LabHost): Promise<readonly string[]> {
  const problems: string[] = [];
  const boot = await bootOn(home, server.id);
  // One that was off all along never came up there.
  const silent = boot === undefined && !one.travel.running;
  if (!silent && (boot?.payload !== 'OK' || boot.ephemeral === 'BAD'))
    problems.push(`the guest on ${home.name} does not find its data: ${JSON.stringify(boot)}`);
  const state = await domainState(home, server.id);
  if (one.travel.running && state !== 'running' && one.mayEndOff !== true)
    problems.push(`it ran before, and is ${state} on ${home.name}`);
  if (!one.travel.running && state === 'running')
    problems.push(`it was off before, and runs on ${home.name}`);
  return problems;
}

/** What the journal says of the good copy; `undefined` if it says nothing. */
async function goodCopyOf(stage: Stage): Promise<GoodCopy | undefined> {
  const path = await stage.journal();
  const text = path === undefined ? '' : await readFile(path, 'utf8').catch(() => '');
  const found = [...text.matchAll(/"goodCopy":"(source and destination|source|destination|unknown)"/g)].at(
    -1,
  );
  return found?.[1] as GoodCopy | undefined;
}

function isTrue(
  claim: GoodCopy | undefined,
  seen: { readonly source: boolean; readonly resize: boolean; readonly destination: boolean },
): boolean {
  const atSource = seen.source || seen.resize;
  if (claim === 'source') return atSource;
  if (claim === 'destination') return seen.destination;
  if (claim === 'source and destination') return atSource && seen.destination;
  return true;
}
