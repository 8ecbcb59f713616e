import type { CaseView, DiagnosisView, OfferView, SideView } from '../../contract/recovery-views.ts';
import type { InstanceDirectory } from '../../domain/host.ts';
import { ACT_WORDS } from '../../domain/recovery/act-words.ts';
import { isDoneByUs, type Action } from '../../domain/recovery/action.ts';
import { openCase, type CaseFile } from '../../domain/recovery/case-file.ts';
import { clocksOf, settles } from '../../domain/recovery/clocks.ts';
import { describeAction } from '../../domain/recovery/describe.ts';
import { diagnose, offers, type Offer } from '../../domain/recovery/diagnose.ts';
import type { Evidence, Side } from '../../domain/recovery/evidence.ts';
import { clearedBy } from '../../domain/recovery/order.ts';
import { neverIn, type Diagnosis } from '../../domain/recovery/rule.ts';
import { formatSeconds } from '../../domain/units.ts';
import type { Past } from './record.ts';

/** Names a step: the same action in another reading of the evidence has the same key. */
export function keyOf(action: Action): string {
  return action.kind === 'by-hand' ? `by-hand ${action.title}` : Object.values(action).join(' ');
}

/** @param past - What was done with it before. */
export function caseView(evidence: Evidence, { steps, problem }: Pick<Past, 'steps' | 'problem'>): CaseView {
  const { server } = evidence;
  const file = openCase(evidence);
  const all = diagnose(evidence);
  return {
    readAtMs: evidence.atMs,
    server: {
      id: server.id,
      name: server.name,
      projectId: server.projectId,
      status: server.status,
      ...(server.taskState !== undefined && { taskState: server.taskState }),
      ...(server.host !== undefined && { host: server.host }),
      locked: server.locked === true,
      ...(server.fault !== undefined && { fault: server.fault.message }),
      updatedAt: server.updatedAt,
    },
    cloud: cloudLines(evidence),
    sides: evidence.sides.map((side) => sideView(side, file)),
    clocks: clockViews(evidence, all),
    diagnoses: all.map((diagnosis) => diagnosisView(evidence, file, diagnosis, all)),
    past: steps,
    ...(problem !== undefined && { pastProblem: problem }),
  };
}

function diagnosisView(
  evidence: Evidence,
  file: CaseFile,
  diagnosis: Diagnosis,
  all: readonly Diagnosis[],
): DiagnosisView {
  const { rule, confidence, goodCopy, verdict, because, wouldTell } = diagnosis;
  return {
    rule: rule.id,
    title: rule.title,
    failures: rule.failures,
    urgency: rule.urgency,
    confidence,
    ...(goodCopy !== undefined && { goodCopy }),
    verdict,
    because,
    ...(wouldTell !== undefined && { wouldTell }),
    steps: stepViews(evidence, file, offers(evidence, diagnosis, all)),
    never: neverIn(file, rule).map(({ what, why }) => ({ what, why })),
    mendedWhen: rule.mendedWhen,
  };
}

function stepViews(evidence: Evidence, file: CaseFile, steps: readonly Offer[]): readonly OfferView[] {
  const clearing = clearedBy(evidence, steps);
  return steps.map(({ action, refusals }, index) => {
    const { title, where, commands, changes, undo, check } = describeAction(action, file);
    const words = { title, where, commands, changes, undo, check, act: ACT_WORDS[action.kind] };
    const after = clearing[index];
    return {
      key: keyOf(action),
      ...words,
      isDoneByUs: isDoneByUs(action),
      refusals,
      ...(after !== undefined && { after: keyOf(after) }),
    };
  });
}

/** Each with the step that leaves nothing for it to do: of several bases the last, of verdicts the first. */
function clockViews(evidence: Evidence, all: readonly Diagnosis[]): CaseView['clocks'] {
  const steps = all.flatMap((diagnosis) => diagnosis.steps);
  return clocksOf(evidence).map((clock) => {
    const settling = steps.filter((action) => settles(action, clock));
    const by = settling.findLast(({ kind }) => kind === 'bring-base') ?? settling[0];
    return { ...clock, ...(by !== undefined && { settledBy: keyOf(by) }) };
  });
}

function cloudLines({ server, records, actions, image, allocations, atMs }: Evidence): readonly string[] {
  const age = (atMs - Date.parse(server.updatedAt)) / 1000;
  return [
    `vm_state ${server.vmState ?? 'not told'}, power_state ${powerWords(server.powerState)}${age >= 0 ? `, since ${formatSeconds(age)}` : ''}`,
    ...records
      .slice(0, 3)
      .map(
        ({ id, type, status, sourceCompute, destCompute }) =>
          `Record ${String(id)} (${type ?? 'no type'}): ${status}, ${sourceCompute ?? 'no host'} to ${destCompute ?? 'no host'}`,
      ),
    ...(actions.known
      ? actions.value.map(({ action, startedAt, requestId, events }) => {
          const failed = events.find(({ result }) => result === 'Error');
          const end = failed === undefined ? '' : `: ${failed.event} failed on ${failed.host ?? 'no host'}`;
          return `${startedAt} ${action} (${requestId})${end}`;
        })
      : [`Actions: ${actions.why}`]),
    ...(image === 'gone' ? ['Glance no longer has its image'] : []),
    ...(image === 'unknown' ? ['Glance did not tell of its image'] : []),
    allocations.known
      ? `Allocations: ${allocations.value.ofServer.join(', ') || 'none'}${allocations.value.ofMigration.length === 0 ? '' : `; of the migration: ${allocations.value.ofMigration.join(', ')}`}`
      : `Allocations: ${allocations.why}`,
  ];
}

/** nova/compute/power_state.py. */
const POWER_WORDS: Readonly<Record<number, string>> = {
  0: 'no state',
  1: 'running',
  3: 'paused',
  4: 'shut down',
  6: 'crashed',
  7: 'suspended',
};

function powerWords(state: number | undefined): string {
  if (state === undefined) return 'not told';
  const word = POWER_WORDS[state];
  return word === undefined ? String(state) : `${String(state)} (${word})`;
}

function sideView({ name, service, told }: Side, { record }: CaseFile): SideView {
  const role =
    name === record?.sourceCompute ? 'source' : name === record?.destCompute ? 'destination' : 'other';
  const said =
    service === undefined
      ? 'no nova-compute'
      : `nova-compute ${service.state}${service.forcedDown ? ', forced down' : ''}, ${service.status}`;
  if (!told.known) {
    const nothing = { directories: [], leftovers: [], copies: [], logLines: [] };
    return { name, role, service: said, silent: told.why, ...nothing };
  }
  const { facts, instance, trouble } = told.value;
  const directories = [instance.directory, instance.resizeDirectory, instance.stage];
  return {
    name,
    role,
    service: said,
    domain: instance.domain,
    directories: directories.flatMap((each) => (each === undefined ? [] : [directoryView(each)])),
    leftovers: instance.leftovers,
    copies: trouble.copies.map(
      ({ pid, command, ageSeconds }) => `${String(pid)} ${command} (${formatSeconds(ageSeconds)})`,
    ),
    freeBytes: facts.instancesFileSystem.freeBytes,
    logLines: trouble.logLines ?? [],
  };
}

function directoryView({ path, disks, others }: InstanceDirectory): SideView['directories'][number] {
  const plain = others.map((file) => ({
    ...file,
    name: file.path.slice(path.length + 1),
    chain: [],
    problem: undefined,
  }));
  return {
    path,
    files: [...disks, ...plain].map(
      ({ name, sizeBytes, allocatedBytes, mtimeSeconds, inode, chain, problem }) => {
        const base = chain[0]?.backingPath;
        return {
          name,
          sizeBytes,
          allocatedBytes,
          changedAtMs: mtimeSeconds * 1000,
          inode,
          ...(base !== undefined && { base }),
          ...(problem !== undefined && { problem }),
        };
      },
    ),
  };
}
