import { expect, test } from 'vitest';
import { firmwareOf } from '../../main/services/hypervisor/firmware.ts';

const pc = "<type arch='x86_64' machine='pc-q35-6.2'>hvm</type>";

// As libvirt prints what Nova defines: the part between `<os` and `</os>`.
test.each([
  ['Nova’s PC with SeaBIOS', `>\n    ${pc}\n    <boot dev='hd'/>\n  `, 'bios'],
  [
    'hw_firmware_type=uefi',
    `>${pc}<loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE.fd</loader>`,
    'uefi',
  ],
  ['variables alone', `>${pc}<nvram>/var/lib/libvirt/qemu/nvram/i_VARS.fd</nvram>`, 'uefi'],
  ['variables from a template', `>${pc}<nvram template='/usr/share/OVMF/OVMF_VARS.fd'/>`, 'uefi'],
  ['firmware chosen by libvirt', ` firmware='efi'>${pc}`, 'uefi'],
  ['a BIOS chosen by libvirt', ` firmware="bios">${pc}`, 'bios'],
  ['OVMF as one ROM', `>${pc}<loader type='rom'>/usr/share/edk2/ovmf/OVMF.fd</loader>`, 'uefi'],
  ['SeaBIOS as a ROM', `>${pc}<loader type='rom'>/usr/share/seabios/bios.bin</loader>`, 'bios'],
  ['an ARM board without a loader', ">\n<type arch='aarch64' machine='virt'>hvm</type>", 'unknown'],
  ['no full virtualisation', ">\n<type arch='x86_64'>exe</type>", 'unknown'],
  ['nothing', '', 'unknown'],
  ['an empty element', '/>', 'unknown'],
])('%s', (_what, os, expected) => {
  expect(firmwareOf(os)).toBe(expected);
});
