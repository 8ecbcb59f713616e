import type { Firmware } from '../../domain/host.ts';

/** Files that edk2 comes in, whatever the distribution calls them. */
const UEFI_FILE = /OVMF|AAVMF|edk2|efi/i;

/**
 * What a domain boots with, from the part of its XML between `<os` and `</os>` (libvirt, formatdomain.html#bios-bootloader):
 * the attribute if libvirt chose the file, else the loader that Nova names. Only a PC has a BIOS to fall back to.
 *
 * @param os - Empty if there is no domain, or it could not be read.
 */
export function firmwareOf(os: string): Firmware {
  const tag = os.slice(0, os.indexOf('>') + 1);
  const asked = /\bfirmware=['"](?<name>\w+)['"]/.exec(tag)?.groups?.['name'];
  if (asked === 'efi') return 'uefi';
  if (asked === 'bios') return 'bios';
  const loader = /<loader(?<attributes>[^>]*)>(?<file>[^<]*)/.exec(os)?.groups;
  if (/<nvram[\s/>]/.test(os) || /type=['"]pflash['"]/.test(loader?.['attributes'] ?? '')) return 'uefi';
  if (UEFI_FILE.test(loader?.['file'] ?? '')) return 'uefi';
  const type = /<type(?<attributes>[^>]*)>\s*hvm\s*</.exec(os)?.groups?.['attributes'];
  if (type === undefined) return 'unknown';
  const arch = /\barch=['"](?<name>\w+)['"]/.exec(type)?.groups?.['name'];
  return arch === undefined || arch === 'x86_64' || arch === 'i686' ? 'bios' : 'unknown';
}
