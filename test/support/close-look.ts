import type { CloseLook } from '../../main/domain/host-close-look.ts';
import { INSTANCES, SERVER_ID } from './samples.ts';

/** What a plan finds of a usual instance with one qcow2 disk. */
export function closeLook(more: Partial<CloseLook> = {}): CloseLook {
  const path = `${INSTANCES}/${SERVER_ID}/disk`;
  return {
    root: undefined,
    bases: [],
    baseHeads: new Map(),
    checks: [],
    qcow2Magic: [path],
    diskInfo: { formats: { [path]: 'qcow2' } },
    domainDisks: [{ path, format: 'qcow2' }],
    jobs: [],
    jobsKnown: true,
    diskOpeners: [],
    machineType: 'pc-i440fx-7.2',
    hasTpm: false,
    tpmPath: undefined,
    configDrive: undefined,
    oldDirectory: undefined,
    allDisks: { allocatedBytes: 0, virtualBytes: 0 },
    ...more,
  };
}
