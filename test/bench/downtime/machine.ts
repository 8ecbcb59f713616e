import { cpus, loadavg, release, totalmem } from 'node:os';
import { execa } from 'execa';
import type { Machine } from './types.ts';

const PROGRAMS = [
  ['rsync', '--version'],
  ['qemu-img', '--version'],
  ['ssh', '-V'],
] as const;

/** What this machine is; the loads are added by who measures. */
export async function lookAtMachine(): Promise<Omit<Machine, 'loadBefore' | 'loadAfter'>> {
  const programs = await Promise.all(
    PROGRAMS.map(async ([program, word]) => {
      const { all } = await execa(program, [word], { all: true });
      return [program, all.split('\n')[0]?.trim() ?? ''] as const;
    }),
  );
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    kernel: release(),
    programs: { ...Object.fromEntries(programs), node: process.version },
    ownNetwork: process.env['COLDHAUL_BENCH_OWN_NETWORK'] === 'yes',
  };
}

export function load(): readonly number[] {
  return loadavg().map((value) => Math.round(value * 100) / 100);
}
