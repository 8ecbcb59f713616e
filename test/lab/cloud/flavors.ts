import type { LabFlavor } from './model.ts';

/** Flavors of the lab. Disks are whole GiB, as Nova counts them; what is written into them is little. */
export const FLAVORS: readonly LabFlavor[] = [
  flavor(1, 'lab.small', 1, 0, 0),
  flavor(2, 'lab.eph', 2, 1, 128),
  flavor(3, 'lab.big', 5, 1, 0, { 'hw:cpu_policy': 'shared', 'quota:cpu_shares': '1024' }),
  flavor(4, 'lab.trait', 1, 0, 0, { 'trait:CUSTOM_OSLAB': 'required' }),
  flavor(5, 'lab.data', 1, 1, 64),
];

function flavor(
  number: number,
  name: string,
  rootGib: number,
  ephemeralGib: number,
  swapMib: number,
  extraSpecs: Readonly<Record<string, string>> = {},
): LabFlavor {
  return {
    id: `lab.${number}`,
    number,
    name,
    vcpus: 1,
    ramMib: name === 'lab.big' ? 256 : 192,
    rootGib,
    ephemeralGib,
    swapMib,
    extraSpecs,
  };
}
