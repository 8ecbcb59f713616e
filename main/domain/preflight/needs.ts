import type { MoveEvidence } from './evidence.ts';

/** What an instance asks of its host beside processors, memory and disk. */
export interface Needs {
  /** The flavor's word on it, or else the image's; Nova refuses two that differ. */
  readonly of: (flavorKey: string, imageKey?: string) => string | undefined;
  /** Amounts by resource class, of all numbered groups together. */
  readonly classes: Readonly<Record<string, number>>;
  readonly traits: { readonly required: readonly string[]; readonly forbidden: readonly string[] };
}

/** `resources:VGPU`, `resources1:CUSTOM_X`, `resources_a:X` and the same with `trait` (nova/scheduler/utils.py). */
const RESOURCES = /^resources(?:[1-9]\d*|_[\w-]+)?:(.+)$/;
const TRAIT = /^trait(?:[1-9]\d*|_[\w-]+)?:(.+)$/;

/**
 * From the copy of the flavor that Nova keeps with the instance, and from the image as Glance has it now: what Nova
 * itself goes by is its copy of the image's properties of when the instance was made, which it does not show below 2.98
 * (image-changed.ts).
 */
export function needsOf({ server, image }: Pick<MoveEvidence, 'server' | 'image'>): Needs {
  const flavor = server.flavor?.extraSpecs ?? {};
  const properties = image?.properties ?? {};
  const classes: Record<string, number> = {};
  for (const [key, value] of Object.entries(flavor)) {
    const name = RESOURCES.exec(key)?.[1];
    const amount = Number(value);
    if (name !== undefined && amount > 0) classes[name] = (classes[name] ?? 0) + amount;
  }
  const traits = [...Object.entries(flavor), ...Object.entries(properties)].flatMap(([key, value]) => {
    const name = TRAIT.exec(key)?.[1];
    return name === undefined ? [] : [{ name, value }];
  });
  const named = (wanted: string): readonly string[] => [
    ...new Set(traits.filter(({ value }) => value === wanted).map(({ name }) => name)),
  ];
  return {
    of: (flavorKey, imageKey) => flavor[flavorKey] ?? properties[imageKey ?? flavorKey.replace(':', '_')],
    classes,
    traits: { required: named('required'), forbidden: named('forbidden') },
  };
}

/** `1` of a whole, or `undefined` for what is no amount of memory pages: KiB of `hw:mem_page_size`, at least. */
export function pageKib(size: string): number | 'large' | undefined {
  if (size === 'large') return 'large';
  const found = /^(\d+)\s*([KMG]?)i?B?$/i.exec(size.trim());
  if (found === null) return undefined;
  const [, amount = '', unit = ''] = found;
  const factor = { '': 1, K: 1, M: 1024, G: 1024 ** 2 }[unit.toUpperCase()] ?? 1;
  return Number(amount) * factor;
}

/** How many processors a mask such as `0-3,^1` names. */
export function countOf(mask: string): number {
  const chosen = new Set<number>();
  for (const part of mask.split(',')) {
    const found = /^(\^?)(\d+)(?:-(\d+))?$/.exec(part.trim());
    if (found === null) continue;
    const [, not, first = '0', last = first] = found;
    for (let cpu = Number(first); cpu <= Number(last); cpu += 1) {
      if (not === '^') chosen.delete(cpu);
      else chosen.add(cpu);
    }
  }
  return chosen.size;
}
