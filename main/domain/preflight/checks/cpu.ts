import type { HostTraits, NovaTraits } from '../../host-traits.ts';
import type { MoveCheck } from '../check.ts';
import type { HostEvidence, MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look, ofNova } from '../words.ts';
import { withBoth } from './traits.ts';

/** Instruction sets that programs and kernels are built for; other flags of the kernel’s list come and go with its version. */
const INSTRUCTIONS =
  /^(?:sse4_[12]|ssse3|avx\w*|aes|pclmulqdq|fma|f16c|bmi[12]|adx|sha_ni|rdrand|rdseed|movbe|popcnt|vaes|vpclmulqdq|gfni|amx_\w+|vmx|svm|asimd\w*|sve\w*|atomics|crc32|sha[123]\w*|pmull)$/;
const NAMED = 8;

/** What the guest gets for a processor. */
export const CPU_CHECKS: readonly MoveCheck[] = [
  {
    id: 'hosts.architecture',
    title: 'Architecture',
    scope: 'move',
    protectsFrom: 'A guest of one architecture does not start on another.',
    sources: ['row 27', 'F31', 'seed 3'],
    reads: 'uname -m on both hosts',
    testedIn: ['test/unit/domain/preflight/host-cpu.test.ts', 'test/integration/preflight-hosts.test.ts'],
    judge: (evidence) => ({ evidence: [look('both hosts', ['uname', '-m'])], ...ofArchitecture(evidence) }),
  },
  {
    id: 'hosts.cpu',
    title: 'Processors',
    scope: 'move',
    protectsFrom: 'The guest boots with fewer CPU features: programs built for them stop, licences ask anew.',
    sources: ['row 27', 'F31', 'seed 0', 'seed 3', 'nova/conf/libvirt.py (cpu_mode)'],
    reads: '/proc/cpuinfo of both hosts; nova.conf: [libvirt] cpu_mode, cpu_models; virsh domcapabilities',
    testedIn: ['test/unit/domain/preflight/host-cpu.test.ts', 'test/integration/preflight-hosts.test.ts'],
    judge: (evidence) => ({
      evidence: [evidence.source, evidence.destination].map(cpuWords),
      ...withBoth(evidence, (here, there) => ofCpu(evidence, here, there)),
    }),
  },
];

function cpuWords(host: HostEvidence): string {
  const { traits } = host.facts;
  if (traits === undefined) return `${host.name}: not read`;
  const { vendor, model, flags } = traits.cpu;
  const known = traits.libvirt?.cpuModel === undefined ? '' : `, to libvirt ${traits.libvirt.cpuModel}`;
  return ofNova(
    host,
    `${vendor} ${model}${known}, ${String(flags.length)} flags; cpu_mode ${modeOf(traits)}`,
  );
}

/** Where nova.conf is silent: nova/virt/libvirt/driver.py, _get_guest_cpu_model_config. */
function modeOf({ architecture, nova }: HostTraits): string {
  if (nova.cpuMode !== undefined) return nova.cpuMode;
  if (!isQemu(nova)) return 'none';
  return architecture === 'aarch64' ? 'host-passthrough' : 'host-model';
}

function isQemu({ virtType }: NovaTraits): boolean {
  return virtType === 'kvm' || virtType === 'qemu';
}

function ofArchitecture(evidence: MoveEvidence): Judgement {
  const { source, destination } = evidence;
  return withBoth(evidence, (here, there) => {
    if (here.architecture === '' || there.architecture === '')
      return { verdict: 'warn', message: 'One of the hosts did not tell its architecture.' };
    if (here.architecture === there.architecture)
      return { verdict: 'pass', message: `Both hosts are ${here.architecture}.` };
    return {
      verdict: 'block',
      message: `${source.name} is ${here.architecture}, ${destination.name} is ${there.architecture}: the guest could not start there.`,
      fix: 'Choose a destination of the same architecture.',
    };
  });
}

function ofCpu({ source, destination }: MoveEvidence, here: HostTraits, there: HostTraits): Judgement {
  const mode = modeOf(there);
  if (there.nova.virtType !== 'kvm')
    return {
      verdict: 'pass',
      message: `${destination.name} emulates the processor (virt_type ${there.nova.virtType}).`,
    };
  if (mode === 'custom') return ofCustomModel(destination, here, there);
  if (mode === 'none')
    return { verdict: 'pass', message: `Guests on ${destination.name} get QEMU’s own basic processor.` };
  if (here.cpu.flags.length === 0 || there.cpu.flags.length === 0)
    return {
      verdict: 'note',
      message: 'The kernel of one host does not tell the features of its processor.',
    };
  const missing = here.cpu.flags.filter((flag) => INSTRUCTIONS.test(flag) && !there.cpu.flags.includes(flag));
  const [from, to] = [here, there].map(({ cpu }) => `${cpu.vendor} ${cpu.model}`.trim());
  if (missing.length > 0 || here.cpu.vendor !== there.cpu.vendor) {
    const lacks =
      missing.length === 0
        ? ''
        : `, without ${missing.slice(0, NAMED).join(', ')}${missing.length > NAMED ? ` and ${String(missing.length - NAMED)} more` : ''}`;
    return {
      verdict: 'warn',
      message: `The guest boots on another processor (cpu_mode ${mode}): ${to ?? ''} on ${destination.name} in place of ${from ?? ''} on ${source.name}${lacks}. Programs built for the old one may stop, and licences bound to it may ask.`,
      fix: 'Choose a destination with the same processor, or make sure that the guest does without.',
    };
  }
  if (here.cpu.model !== there.cpu.model) {
    return {
      verdict: 'note',
      message: `The guest will see ${to ?? ''} in place of ${from ?? ''} (cpu_mode ${mode}); it lacks nothing, but licences bound to a processor may ask.`,
    };
  }
  return {
    verdict: 'pass',
    message: `Both hosts have ${to ?? ''}, and ${destination.name} lacks no instructions.`,
  };
}

/** Nova takes the first model that the host can run (nova/virt/libvirt/driver.py, _get_guest_cpu_model_config). */
function ofCustomModel({ name }: HostEvidence, here: HostTraits, there: HostTraits): Judgement {
  const { cpuModels } = there.nova;
  const models = cpuModels.join(', ');
  const told = there.libvirt?.cpuModels ?? new Map<string, boolean>();
  if (told.size === 0)
    return {
      verdict: 'note',
      message: `libvirt on ${name} does not tell whether it can run ${models} (cpu_mode custom).`,
    };
  if (!cpuModels.some((model) => told.get(model) === true)) {
    return {
      verdict: 'warn',
      message: `By libvirt, ${name} can run none of its cpu_models (${models}): the guest might not start there.`,
      fix: `On ${name}: virsh domcapabilities, then set [libvirt] cpu_models to one that is usable, and restart nova-compute.`,
    };
  }
  if (modeOf(here) === 'custom' && here.nova.cpuModels.join() === cpuModels.join())
    return { verdict: 'pass', message: `Both hosts give their guests ${models}.` };
  return {
    verdict: 'note',
    message: `The guest will see ${models} on ${name}, which is not what it sees now (cpu_mode ${modeOf(here)}).`,
  };
}
