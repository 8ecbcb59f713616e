import { expect } from 'vitest';
import { domainState, exists } from '../lab/demo/truth.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import type { FlattenBench } from './flatten-bench.ts';
import { must } from './instance-files.ts';
import { chainOf, tracesOf, workersOf } from './virtual-disk.ts';

export const diskOf = (id: string): string => `${INSTANCES_PATH}/${id}/disk`;
export const stageOf = (id: string): string => `${INSTANCES_PATH}/_coldhaul/${id}`;
export const originalIn = (directory: string): string => `${directory}/disk.before-flatten`;

/** Where the original was put, which must be the only thing of ours that is left at the source, and was told. */
export async function keptOriginal(bench: FlattenBench, id: string): Promise<string> {
  const traces = await tracesOf(bench.source, id);
  const ours = traces.filter((path) => path.includes('coldhaul'));
  const [directory = ''] = ours;
  expect(directory).toMatch(new RegExp(`^_coldhaul/${id}\\.kept-\\d{8}T\\d{6}Z$`));
  expect(ours).toEqual([directory, originalIn(directory)]);
  const path = `${INSTANCES_PATH}/${originalIn(directory)}`;
  const told = bench.said.filter((line) => line.includes(path));
  expect(told.at(-1)).toContain('remove it when you are sure');
  return path;
}

/** The instance is the source's alone: Nova has given it free, and neither lock nor job nor copy is left. */
export async function expectWholeAtSource(bench: FlattenBench, id: string, running: boolean): Promise<void> {
  const { lab, source, destination } = bench;
  expect(lab.cloud.servers.get(id)).toMatchObject({
    host: source.name,
    vmState: running ? 'active' : 'stopped',
    taskState: null,
    locked: false,
    fault: undefined,
  });
  expect(await domainState(source, id)).toBe(running ? 'running' : 'shut off');
  expect(await chainOf(source, diskOf(id))).toEqual([diskOf(id)]);
  expect(await must(source, 'stat', '-c', '%A', diskOf(id))).toBe('-rw-r--r--\n');
  expect(await exists(source, `${INSTANCES_PATH}/${id}_resize`)).toBe(false);
  await expect.poll(() => workersOf(source, id)).toEqual([]);
  // What lies at the destination is our stage alone, for the next try.
  expect(await domainState(destination, id)).toBe('absent');
  const there = await tracesOf(destination, id);
  expect(there.filter((path) => !`${path}/`.startsWith(`_coldhaul/${id}/`))).toEqual([]);
  await expect.poll(() => workersOf(destination, id)).toEqual([]);
}
