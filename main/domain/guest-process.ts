import type { InstanceOnHost } from './host.ts';

/** QEMU under the names that distributions give it. */
const QEMU = /^(?:qemu-system-[\w-]+|qemu-kvm|kvm|qemu)$/;

/** True for the program of a guest, as opposed to one that reads or copies its disks. */
export function isGuestProgram(program: string): boolean {
  return QEMU.test(program);
}

/** Process ids of the guest, of those that have its disks open. */
export function guestProcesses({ close }: InstanceOnHost): readonly number[] {
  return (close?.diskOpeners ?? [])
    .filter(({ program }) => isGuestProgram(program))
    .map(({ command }) => Number.parseInt(command, 10))
    .filter((pid) => pid > 0);
}
