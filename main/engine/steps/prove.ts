import { COMPARISON, type NewFact, type Proof } from '../../domain/facts.ts';
import type { InstanceOnHost } from '../../domain/host.ts';
import { lasting, layered, travelling, type DiskPlan, type Plan } from '../../domain/plan.ts';
import type { Migration } from '../../domain/migration.ts';
import type { Sight } from '../../domain/interlocks.ts';
import { formatBytes } from '../../domain/units.ts';
import { describe, look, say, type StepContext } from '../context.ts';
import { strangeBases } from './bases.ts';
import { changedLayers, changedLayersThere } from './layer.ts';
import { notOnLayer } from './layer-chain.ts';
import { copiedByNova } from './watch-copy.ts';

/** Gathers on one page what a person must know before the verdict. Nothing is changed. */
export async function prove(context: StepContext): Promise<NewFact> {
  const sight = await look(context);
  // A guest that ran there has written, also if it is off again by now.
  const neverRan = sight.destination.domain === 'shut off' && context.state.handedOver?.running !== true;
  const foreign = await copiedByNova(context, neverRan);
  const strange = await strangeBases(context);
  const changed = [...(await changedLayers(context)), ...(await changedLayersThere(context))];
  const proofs = weigh(context.state, sight, {
    bytesNotOurs: foreign,
    strangeBases: strange,
    changedLayers: changed,
  });
  for (const proof of proofs)
    say(context, `${proof.ok ? 'proven' : 'NOT proven'}: ${proof.name}: ${proof.said}`, {
      level: proof.ok ? 'info' : 'error',
    });
  return { type: 'proven', proofs };
}

/** What was read beside the sight of both hosts. */
export interface Findings {
  readonly bytesNotOurs: number;
  readonly strangeBases: readonly string[];
  /** Layers on either host that are not the files which were proven, in words. */
  readonly changedLayers: readonly string[];
}

/** Pure: what is seen, against what must be. */
export function weigh(
  state: Migration,
  { server, source, destination }: Sight,
  { bytesNotOurs: now, strangeBases: strange, changedLayers: changed }: Findings,
): readonly Proof[] {
  const bytesNotOurs = Math.max(now, state.handedOver?.novaCopiedBytes ?? 0);
  const { plan } = state;
  const disks = plan.route === 'seed' ? travelling(plan) : lasting(plan);
  const equal = disks.filter((disk) => {
    const pair = state.verified[disk.name];
    return pair !== undefined && pair.source === pair.destination;
  });
  const broken = destination.directory?.disks.filter((disk) => disk.problem !== undefined) ?? [];
  const leaning =
    destination.directory?.disks.filter(
      ({ name, chain }) => chain.length > 1 && mustStandAlone(plan, name),
    ) ?? [];
  const names = new Set(destination.directory?.disks.map((disk) => disk.name));
  const missing = plan.disks.filter((disk) => disk.role !== 'other' && !names.has(disk.name));
  const kept =
    state.frozen?.filter((file) =>
      source.resizeDirectory?.disks.some((disk) => disk.name === file.name && disk.inode === file.inode),
    ) ?? [];
  const keptDisks =
    state.frozen?.filter((file) => disks.some((disk) => disk.name === file.name && disk.role !== 'other')) ??
    [];
  return [
    {
      name: 'content',
      ok: equal.length === disks.length,
      said: contentWords(state, disks, equal.length),
    },
    ...(plan.route === 'seed'
      ? [
          {
            name: 'adopted',
            ok: bytesNotOurs === 0,
            said:
              bytesNotOurs === 0
                ? 'Nova uses the very files that were proven'
                : `Nova wrote ${formatBytes(bytesNotOurs)} itself, over files that were proven`,
          },
        ]
      : []),
    ...(layered(plan).length > 0 ? [ofLayers(plan, destination, changed)] : []),
    {
      name: 'disks',
      ok: destination.directory !== undefined && [...broken, ...leaning, ...missing].length === 0,
      said:
        [
          ...broken.map((disk) => `${disk.name}: ${disk.problem ?? ''}`),
          ...leaning.map((disk) => `${disk.name} stands on a base, which nobody compared`),
          ...missing.map((disk) => `${disk.name} is missing`),
        ].join('; ') || 'every disk is there with its whole chain',
    },
    {
      name: 'bases',
      ok: strange.length === 0,
      said:
        strange.length === 0
          ? 'every base is the very file that was compared'
          : `no longer the file that was compared: ${strange.join(', ')}`,
    },
    {
      name: 'one host',
      ok:
        (destination.domain === 'running' || destination.domain === 'shut off') &&
        (source.domain === 'shut off' || source.domain === 'absent'),
      said: `domain ${destination.domain} on ${destination.host}, ${source.domain} on ${source.host}`,
    },
    {
      name: 'source kept',
      ok: source.resizeDirectory !== undefined && keptDisks.every((file) => kept.includes(file)),
      said:
        source.resizeDirectory === undefined
          ? 'the source copy is gone'
          : [
              `${source.resizeDirectory.path} holds the source disks`,
              ...keptDisks.filter((file) => !kept.includes(file)).map(({ name }) => `but not ${name}`),
            ].join(', '),
    },
    {
      name: 'Nova',
      ok: server.status === 'VERIFY_RESIZE' && server.host === plan.destination.name,
      said: describe(server),
    },
    ...(state.handedOver?.running === true
      ? [
          {
            name: 'running',
            ok: destination.domain === 'running',
            said: `the guest is ${destination.domain} on ${destination.host}`,
          },
        ]
      : []),
  ];
}

function contentWords({ plan, verified }: Migration, disks: readonly DiskPlan[], equal: number): string {
  const compared = disks.filter(({ name }) => verified[name]?.algorithm === COMPARISON);
  const digests = `${String(equal - compared.length)} of ${String(disks.length)} files have equal ${plan.algorithm} digests on both hosts`;
  if (compared.length === 0) return digests;
  return `${digests}; of ${compared.map(({ name }) => name).join(', ')}, flattened on the way, what a guest sees was compared`;
}

/** Nova brought the overlays and nothing else: each stands on the very layer that was proven, and that on the base. */
function ofLayers(plan: Plan, there: InstanceOnHost, changed: readonly string[]): Proof {
  const odd = [...layered(plan).flatMap((disk) => notOnLayer(plan, there, disk)), ...changed];
  return {
    name: 'layers',
    ok: odd.length === 0,
    said:
      odd.join('; ') ||
      'every disk stands on the very layer that was proven, and that on what it stood on before',
  };
}

/** What stands on a layer is looked at by its whole chain. */
function mustStandAlone(plan: Plan, name: string): boolean {
  if (layered(plan).some((disk) => disk.name === name)) return false;
  const strategy = plan.disks.find((disk) => disk.name === name)?.strategy;
  return strategy === 'flatten' || strategy === 'whole';
}
