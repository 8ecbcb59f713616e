import type { NumaNode } from '../../host-traits.ts';
import { formatBytes } from '../../units.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { asImageWas } from '../image-changed.ts';
import { countOf, needsOf, pageKib } from '../needs.ts';
import { inPlacement, look } from '../words.ts';

const UNIT = 'test/unit/domain/preflight/cloud-processors.test.ts';
const LAB = 'test/integration/preflight-cloud.test.ts';
const KIB_PER_MIB = 1024;
/** What is larger than an ordinary page of x86. */
const SMALL_KIB = 4;

/** Processors and memory that are the instance's own. */
export const PROCESSOR_CHECKS: readonly MoveCheck[] = [
  {
    id: 'server.cpu-pinning',
    title: 'Pinned processors',
    scope: 'move',
    protectsFrom: 'Nova finds no processors to pin at the destination, when the instance is stopped already.',
    sources: ['row 28', 'seed 3', 'nova/scheduler/utils.py'],
    reads:
      'hw:cpu_policy of flavor or image, resources:PCPU; Placement: PCPU of the destination; its cpu_dedicated_set',
    testedIn: [UNIT, LAB, 'test/openstack/scenarios/preflight/of-image.ts'],
    judge: (evidence) => ({ evidence: pinWords(evidence), ...asImageWas(evidence, ofPinning) }),
  },
  {
    id: 'server.numa',
    title: 'NUMA and huge pages',
    scope: 'move',
    protectsFrom:
      'The instance does not fit into the destination’s NUMA nodes or huge pages, or fails to start there.',
    sources: ['row 28', 'F31', 'seed 3'],
    reads:
      'hw:numa_nodes, hw:mem_page_size, hw:cpu_realtime of flavor or image; the destination’s NUMA nodes and huge pages',
    testedIn: [UNIT, LAB, 'test/openstack/scenarios/preflight/of-image.ts'],
    judge: (evidence) => ({ evidence: numaWords(evidence), ...asImageWas(evidence, ofNuma) }),
  },
];

function pinned(evidence: MoveEvidence): number {
  const { of, classes } = needsOf(evidence);
  const vcpus = evidence.server.flavor?.vcpus ?? 0;
  if (classes['PCPU'] !== undefined) return classes['PCPU'];
  const policy = of('hw:cpu_policy');
  if (policy === 'dedicated') return vcpus;
  if (policy === 'mixed')
    return countOf(of('hw:cpu_dedicated_mask') ?? of('hw:cpu_realtime_mask') ?? '') || 1;
  return 0;
}

function pinWords({ destination: { name, facts } }: MoveEvidence): readonly string[] {
  const set = facts.traits?.nova.dedicatedCpus;
  return [
    ...(set === undefined ? [] : [`${name}: cpu_dedicated_set ${set === '' ? 'not set' : set}`]),
    inPlacement(name),
  ];
}

function ofPinning(evidence: MoveEvidence): Judgement {
  const { destination, surroundings } = evidence;
  const wanted = pinned(evidence);
  if (wanted === 0) return { verdict: 'pass', message: 'It asks for no processors of its own.' };
  const { offers } = surroundings;
  const asks = `The instance asks for ${String(wanted)} pinned processor(s)`;
  if (!offers.known) {
    return {
      verdict: 'warn',
      message: `${asks}, and what Placement has of ${destination.name} could not be read: ${offers.why.replace(/\.$/, '')}.`,
    };
  }
  const there = offers.value.classes['PCPU'];
  if (there === undefined) {
    return {
      verdict: 'warn',
      message: `${asks}, and Placement has none (PCPU) of ${destination.name}; Nova may still find ordinary ones free there to pin, or no valid host.`,
      fix: `Choose a destination with PCPU, or set cpu_dedicated_set in [compute] of nova.conf on ${destination.name}.`,
    };
  }
  const free = Math.max(0, there.capacity - there.used);
  if (free >= wanted)
    return {
      verdict: 'pass',
      message: `${asks}; ${destination.name} has ${String(free)} of ${String(there.capacity)} free by Placement.`,
    };
  return {
    verdict: 'block',
    message: `${asks}, and ${destination.name} has ${String(free)} of ${String(there.capacity)} free by Placement; Nova would find no valid host.`,
    fix: 'Choose another destination, or move something with pinned processors away from it first.',
  };
}

interface Topology {
  readonly nodes: number;
  /** Kibibytes; `large` is any size above the ordinary one. */
  readonly page: number | 'large' | undefined;
  readonly also: readonly string[];
}

function topology(evidence: MoveEvidence): Topology {
  const { of } = needsOf(evidence);
  const page = pageKib(of('hw:mem_page_size') ?? '');
  return {
    nodes: Number(of('hw:numa_nodes') ?? 0) || 0,
    page: typeof page === 'number' && page <= SMALL_KIB ? undefined : page,
    also: [
      ...(/^(?:true|1|yes|on)$/i.test(of('hw:cpu_realtime') ?? '') ? ['realtime processors'] : []),
      ...(of('hw:emulator_threads_policy') === undefined ? [] : ['emulator threads of its own']),
    ],
  };
}

function numaWords(evidence: MoveEvidence): readonly string[] {
  const { destination } = evidence;
  const numaNodes = destination.facts.traits?.numaNodes ?? [];
  return [
    ...numaNodes.map(
      ({ id, cpus, freeKib, hugePages }) =>
        `${destination.name}, node ${String(id)}: processors ${cpus}, ${formatBytes(freeKib * 1024)} free; ${hugePages.map(({ sizeKib, free, total }) => `${String(free)} of ${String(total)} pages of ${formatBytes(sizeKib * 1024)} free`).join(', ') || 'no huge pages'}`,
    ),
    look(destination.name, [
      'sh',
      '-c',
      'grep . /sys/devices/system/node/node*/hugepages/hugepages-*/*_hugepages',
    ]),
  ];
}

function ofNuma(evidence: MoveEvidence): Judgement {
  const { destination, server } = evidence;
  const { nodes, page, also } = topology(evidence);
  const wanted = [
    ...(nodes > 0 ? [`${String(nodes)} NUMA node(s)`] : []),
    ...(page === undefined ? [] : [page === 'large' ? 'huge pages' : `pages of ${formatBytes(page * 1024)}`]),
    ...also,
  ].join(', ');
  if (wanted === '') return { verdict: 'pass', message: 'It asks for no NUMA layout and no huge pages.' };
  const there = destination.facts.traits?.numaNodes ?? [];
  if (there.length === 0) {
    return {
      verdict: 'note',
      message: `The instance asks for ${wanted}; what ${destination.name} has of it is not known.`,
      fix: `On ${destination.name}: numactl --hardware`,
    };
  }
  if (nodes > there.length) {
    return {
      verdict: 'block',
      message: `The instance asks for ${String(nodes)} NUMA nodes, and ${destination.name} has ${String(there.length)}; Nova would find no valid host.`,
      fix: 'Choose another destination.',
    };
  }
  const ramKib = (server.flavor?.ramMib ?? 0) * KIB_PER_MIB;
  if (page !== undefined) {
    const guestNodes = Math.max(1, nodes);
    const [total, free] = (['total', 'free'] as const).map((which) =>
      hostNodes(there, page, which, ramKib / guestNodes),
    );
    if ((total ?? 0) < guestNodes) return tooLittle('block', wanted, ramKib, destination.name);
    if ((free ?? 0) < guestNodes) return tooLittle('warn', wanted, ramKib, destination.name);
  }
  if (also.length > 0) {
    return {
      verdict: 'note',
      message: `The instance asks for ${wanted}; what of it is left on ${destination.name} only Nova’s own claim finds out.`,
    };
  }
  return { verdict: 'pass', message: `${destination.name} has what the instance asks for: ${wanted}.` };
}

/** Nodes of a host that hold one part of the instance in huge pages. */
function hostNodes(
  there: readonly NumaNode[],
  page: number | 'large',
  which: 'total' | 'free',
  partKib: number,
): number {
  const holds = there.map(({ hugePages }) =>
    Math.max(
      0,
      ...hugePages
        .filter(({ sizeKib }) => page === 'large' || sizeKib === page)
        .map((pages) => pages.sizeKib * pages[which]),
    ),
  );
  return holds.filter((kib) => kib >= partKib && kib > 0).length;
}

function tooLittle(verdict: 'block' | 'warn', wanted: string, ramKib: number, host: string): Judgement {
  const memory = formatBytes(ramKib * 1024);
  return {
    verdict,
    message:
      verdict === 'block'
        ? `The instance asks for ${wanted} with ${memory} of RAM, and ${host} has too few such pages altogether; Nova would find no valid host.`
        : `The instance asks for ${wanted} with ${memory} of RAM, and ${host} has too few such pages free now; Nova would find no valid host, or the instance would not start.`,
    fix: `Choose another destination, or on ${host}: more pages, such as vm.nr_hugepages or hugepages= of the kernel.`,
  };
}
