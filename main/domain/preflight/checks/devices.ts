import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { asImageWas, imageChangedAt } from '../image-changed.ts';
import { needsOf } from '../needs.ts';
import { unread } from '../unread.ts';
import { inPlacement } from '../words.ts';

const UNIT = 'test/unit/domain/preflight/cloud-needs.test.ts';
const LAB = 'test/integration/preflight-cloud.test.ts';

/** Classes that `destination.capacity` and `server.cpu-pinning` look at. */
const LOOKED_AT_ELSEWHERE: ReadonlySet<string> = new Set(['VCPU', 'MEMORY_MB', 'DISK_GB', 'PCPU']);
const SHOWN_TRAITS = 12;

/** What flavor and image ask of a host that Placement tells. */
export const DEVICE_CHECKS: readonly MoveCheck[] = [
  {
    id: 'server.needs',
    title: 'What it asks of a host',
    scope: 'move',
    protectsFrom: 'A demand of flavor or image that nobody saw is refused by Nova after the stop.',
    sources: ['row 28', 'row 29', 'seed 3'],
    reads:
      'The flavor’s extra specs as the server shows them; the image’s properties in Glance, and when it was changed',
    testedIn: [UNIT, LAB],
    judge: (evidence) => ({ evidence: needWords(evidence), ...ofReading(evidence) }),
  },
  {
    id: 'server.devices',
    title: 'Devices',
    scope: 'move',
    protectsFrom:
      'Nova finds no host with the device that the flavor asks for, when the instance is stopped already.',
    sources: ['row 29', 'seed 3', 'F28'],
    reads:
      'Extra specs pci_passthrough:alias, resources:… and accel:device_profile; Placement: what the destination has',
    testedIn: [UNIT, LAB],
    judge: (evidence) => ({ evidence: classWords(evidence), ...ofDevices(evidence) }),
  },
  {
    id: 'destination.traits',
    title: 'Traits',
    scope: 'move',
    protectsFrom:
      'Nova finds no valid host where a trait is missing that flavor or image demand, or one is there that they forbid.',
    sources: ['row 28', 'F28', 'nova/scheduler/utils.py ResourceRequest'],
    reads: 'trait:… of flavor and image; Placement: traits of the destination',
    testedIn: [UNIT, LAB, 'test/openstack/scenarios/preflight/placed.ts'],
    judge: (evidence) => ({ evidence: traitWords(evidence), ...asImageWas(evidence, ofTraits) }),
  },
  {
    id: 'server.tpm',
    title: 'Virtual TPM',
    scope: 'move',
    protectsFrom:
      'Nova cannot unlock the TPM of somebody else’s instance, and what is sealed by it is lost with its state.',
    sources: [
      'row 36',
      'nova/virt/libvirt/utils.py:728-773',
      'docs.openstack.org/nova admin/emulated-tpm, Limitations',
    ],
    reads: 'hw:tpm_version of flavor or image; Placement: traits of the destination',
    testedIn: [UNIT, LAB, 'test/openstack/scenarios/preflight/of-image.ts'],
    judge: (evidence) => ({ evidence: traitWords(evidence), ...asImageWas(evidence, ofTpm) }),
  },
  {
    id: 'server.secure',
    title: 'Encrypted memory and secure boot',
    scope: 'move',
    protectsFrom: 'The destination’s processor or firmware lacks what the instance must start with.',
    sources: ['row 28', 'row 35', 'nova/scheduler/utils.py'],
    reads: 'hw:mem_encryption and os:secure_boot of flavor or image; Placement: what the destination has',
    testedIn: [UNIT, LAB],
    judge: (evidence) => ({
      evidence: [...classWords(evidence), ...traitWords(evidence).slice(0, 1)],
      ...asImageWas(evidence, ofSecurity),
    }),
  },
];

function needWords({ server, image }: MoveEvidence): readonly string[] {
  const shown = (values: Readonly<Record<string, string>> | undefined): string =>
    values === undefined
      ? 'not known'
      : Object.entries(values)
          .map(([key, value]) => `${key}=${value}`)
          .join(', ') || 'nothing';
  return [
    `Flavor ${server.flavor?.name ?? ''} asks: ${shown(server.flavor?.extraSpecs)}`,
    ...(server.imageId === undefined ? [] : [`Image asks: ${shown(image?.properties)}`]),
  ];
}

function ofReading(evidence: MoveEvidence): Judgement {
  const { server, image } = evidence;
  const missing = [
    ...(server.flavor?.extraSpecs === undefined ? ['the extra specs of its flavor'] : []),
    ...(server.imageId !== undefined && image?.properties === undefined
      ? ['the properties of its image']
      : []),
  ];
  const changedAt = imageChangedAt(evidence);
  if (missing.length === 0 && changedAt !== undefined) {
    return {
      verdict: 'note',
      message: `The image was changed at ${changedAt}, after the instance was made: what it asks for now was looked at, what it asked for then Nova does not show.`,
    };
  }
  if (missing.length === 0)
    return { verdict: 'pass', message: 'What flavor and image ask of a host was read.' };
  return {
    verdict: 'note',
    message: `The cloud does not show ${missing.join(' and ')}: what they ask of a host, such as pinned processors, huge pages or devices, is not looked at.`,
  };
}

function classWords({ surroundings: { offers }, destination: { name } }: MoveEvidence): readonly string[] {
  const there = Object.entries(offers.known ? offers.value.classes : {}).map(
    ([kind, { capacity, used }]) => `${kind} ${String(used)} of ${String(capacity)} used`,
  );
  return [`Placement on ${name}: ${there.join(', ') || 'nothing that we know of'}`, inPlacement(name)];
}

function traitWords({ surroundings: { offers }, destination: { name } }: MoveEvidence): readonly string[] {
  const traits = offers.known ? offers.value.traits : [];
  const more = traits.length > SHOWN_TRAITS ? ` and ${String(traits.length - SHOWN_TRAITS)} more` : '';
  return [
    `Traits of ${name}: ${traits.slice(0, SHOWN_TRAITS).join(', ') || 'none that we know of'}${more}`,
    inPlacement(name),
  ];
}

function ofDevices(evidence: MoveEvidence): Judgement {
  const { surroundings, destination } = evidence;
  const needs = needsOf(evidence);
  const wanted = Object.entries(needs.classes).filter(([name]) => !LOOKED_AT_ELSEWHERE.has(name));
  if (wanted.length > 0 && surroundings.offers.known) {
    const { classes } = surroundings.offers.value;
    const short = wanted.find(([name, amount]) => free(classes[name]) < amount);
    if (short !== undefined) return tooFew(short, classes[short[0]], destination.name);
  }
  const unseen = [
    ...(needs.of('pci_passthrough:alias', '') === undefined
      ? []
      : [`PCI devices (${needs.of('pci_passthrough:alias', '') ?? ''})`]),
    ...(needs.of('accel:device_profile', '') === undefined
      ? []
      : [`an accelerator (${needs.of('accel:device_profile', '') ?? ''})`]),
  ];
  if (unseen.length > 0) {
    return {
      verdict: 'warn',
      message: `Its flavor asks for ${unseen.join(' and ')}; whether ${destination.name} has such free, only Nova’s own claim finds out, after the stop.`,
      fix: `On ${destination.name}: lspci -nn, against [pci] of its nova.conf; what other instances there hold counts, too.`,
    };
  }
  if (wanted.length === 0) return { verdict: 'pass', message: 'It asks for no devices.' };
  if (!surroundings.offers.known)
    return unread(
      surroundings.offers,
      `Its flavor asks for ${wanted.map(([name]) => name).join(', ')}, and what ${destination.name} has could not be read`,
      'warn',
    );
  return {
    verdict: 'pass',
    message: `${destination.name} has free what its flavor asks for: ${wanted.map(([name, amount]) => `${String(amount)} ${name}`).join(', ')}.`,
  };
}

type Amount = { readonly capacity: number; readonly used: number } | undefined;

function free(amount: Amount): number {
  return amount === undefined ? 0 : amount.capacity - amount.used;
}

function tooFew([name, amount]: readonly [string, number], there: Amount, host: string): Judgement {
  const has =
    there === undefined
      ? 'has none by Placement'
      : `has ${String(Math.max(0, free(there)))} of ${String(there.capacity)} free by Placement`;
  return {
    verdict: 'block',
    message: `The instance needs ${String(amount)} ${name}, and ${host} ${has}; Nova would find no valid host.`,
    fix: 'Choose another destination.',
  };
}

function ofTraits(evidence: MoveEvidence): Judgement {
  const { surroundings, destination } = evidence;
  const { required, forbidden } = needsOf(evidence).traits;
  if (required.length + forbidden.length === 0)
    return { verdict: 'pass', message: 'Flavor and image demand no traits.' };
  const wanted = [...required, ...forbidden.map((name) => `not ${name}`)].join(', ');
  if (!surroundings.offers.known)
    return unread(
      surroundings.offers,
      `Flavor or image demand ${wanted}, and the traits of ${destination.name} could not be read`,
      'warn',
    );
  const traits = new Set(surroundings.offers.value.traits);
  const missing = required.filter((name) => !traits.has(name));
  const unwanted = forbidden.filter((name) => traits.has(name));
  if (missing.length + unwanted.length === 0)
    return { verdict: 'pass', message: `${destination.name} has the traits that are demanded: ${wanted}.` };
  const what = [
    ...(missing.length > 0 ? [`lacks ${missing.join(', ')}`] : []),
    ...(unwanted.length > 0 ? [`has ${unwanted.join(', ')}, which is forbidden`] : []),
  ];
  return {
    verdict: 'block',
    message: `${destination.name} ${what.join(' and ')}: flavor or image demand it, and Nova would find no valid host.`,
    fix: 'Choose another destination.',
  };
}

function lacksTrait({ surroundings: { offers } }: MoveEvidence, trait: string): boolean {
  return offers.known && !offers.value.traits.includes(trait);
}

function ofTpm(evidence: MoveEvidence): Judgement {
  const version = needsOf(evidence).of('hw:tpm_version');
  if (version === undefined) return { verdict: 'pass', message: 'It has no virtual TPM.' };
  const trait = `COMPUTE_SECURITY_TPM_${version.replace('.', '_')}`;
  const { name } = evidence.destination;
  if (lacksTrait(evidence, trait)) {
    return {
      verdict: 'block',
      message: `The instance has a TPM ${version}, and ${name} has no trait ${trait} in Placement; Nova would find no valid host.`,
      fix: `Choose another destination, or set swtpm_enabled = True in [libvirt] of nova.conf on ${name}.`,
    };
  }
  return {
    verdict: 'warn',
    message: `The instance has a TPM ${version}: Nova carries its state itself, and we do not prove it; its key belongs to the owner, so Nova may not be able to start the instance at ${name} for another login.`,
    fix: 'Move it with a login of its owner that has the right to migrate, or have its owner at hand to start it; keep a way into the guest that needs no TPM.',
  };
}

function ofSecurity(evidence: MoveEvidence): Judgement {
  const { of } = needsOf(evidence);
  const { surroundings, destination } = evidence;
  const encrypted = /^(?:true|1|yes|on)$/i.test(of('hw:mem_encryption') ?? '');
  const secure = of('os:secure_boot')?.toLowerCase() === 'required';
  const wanted = [...(encrypted ? ['encrypted memory'] : []), ...(secure ? ['secure boot'] : [])].join(
    ' and ',
  );
  if (wanted === '')
    return { verdict: 'pass', message: 'It asks for neither encrypted memory nor secure boot.' };
  if (!surroundings.offers.known)
    return unread(
      surroundings.offers,
      `The instance needs ${wanted}, and what ${destination.name} has could not be read`,
      'warn',
    );
  const { classes } = surroundings.offers.value;
  if (encrypted && free(classes['MEM_ENCRYPTION_CONTEXT']) < 1)
    return tooFew(['MEM_ENCRYPTION_CONTEXT', 1], classes['MEM_ENCRYPTION_CONTEXT'], destination.name);
  if (secure && lacksTrait(evidence, 'COMPUTE_SECURITY_UEFI_SECURE_BOOT')) {
    return {
      verdict: 'block',
      message: `The instance needs secure boot, and ${destination.name} has no trait COMPUTE_SECURITY_UEFI_SECURE_BOOT in Placement; Nova would find no valid host.`,
      fix: 'Choose another destination.',
    };
  }
  return { verdict: 'pass', message: `${destination.name} has ${wanted} by Placement.` };
}
