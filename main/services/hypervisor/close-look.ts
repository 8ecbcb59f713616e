import { z } from 'zod';
import type { CloseLook, DiskInfo, DomainJob, ImageCheck } from '../../domain/host-close-look.ts';
import { fileName } from '../../domain/naming.ts';
import { lastWords } from '../jobs/run-script.ts';
import { domainDisksOf } from './domain-files.ts';
import { isDiskName } from './files.ts';
import type { CloseRecords, DomainAnswer, Process, Records } from './records.ts';

const Check = z.object({
  corruptions: z.number().optional(),
  leaks: z.number().optional(),
  'check-errors': z.number().optional(),
});
const Formats = z.record(z.string(), z.string());

/** What `timeout` ends with when the time was over (coreutils manual, timeout). */
const TIME_OVER = 124;

interface Reading {
  /** Processes that have a file of this instance open, with the file. */
  readonly openers: readonly { readonly process: Process; readonly path: string }[];
  /** The path of a file as Nova knows it. */
  readonly usual: (path: string) => string;
  readonly describe: (process: Process) => string;
}

export function closeLookOf(
  { close, domains }: Records,
  id: string,
  { openers, usual, describe }: Reading,
): CloseLook {
  const domain: DomainAnswer | undefined = domains.get(id);
  const { facts, root, bases } = close;
  const config = facts.get('config');
  const ofDisks = openers.filter(({ path }) => isDiskName(fileName(path)));
  return {
    root: root[0]?.state,
    bases: facts.has('bases') ? bases.map(({ state }) => state) : undefined,
    baseHeads: close.heads,
    checks: close.checks.map(readCheck),
    qcow2Magic: close.qcow2Magic,
    diskInfo: close.diskInfo === undefined ? undefined : readDiskInfo(close.diskInfo),
    domainDisks: domainDisksOf(domain?.disks ?? '').map((disk) => ({ ...disk, path: usual(disk.path) })),
    jobs: close.jobs.flatMap(readJob),
    jobsKnown: close.jobs.every(({ code }) => code === 0),
    diskOpeners: [...new Map(ofDisks.map(({ process }) => [process.pid, process])).values()].map(
      (process) => ({
        program: fileName(process.words[0] ?? ''),
        command: describe(process),
      }),
    ),
    machineType: /<type\s[^>]*\bmachine=['"](?<machine>[^'"]+)/.exec(domain?.os ?? '')?.groups?.['machine'],
    hasTpm: facts.has('tpm'),
    tpmPath: facts.get('tpmPath'),
    configDrive: config === 'iso9660' || config === 'vfat' || config === 'unknown' ? config : undefined,
    oldDirectory: facts.get('old'),
    allDisks: readSums(facts.get('disks')),
  };
}

function readCheck({ path, code, said }: CloseRecords['checks'][number]): ImageCheck {
  const start = said.indexOf('{');
  const found = Check.safeParse(start === -1 ? undefined : parsed(said.slice(start)));
  const { corruptions = 0, leaks = 0 } = found.data ?? {};
  return {
    path,
    code,
    corruptions,
    leaks,
    said: code === TIME_OVER ? 'it was not done in 60 s' : found.success ? '' : lastWords(said),
  };
}

/** Nova writes one object on one line: `{"/path/disk": "qcow2"}`; anything else it does not take either. */
function readDiskInfo(text: string): DiskInfo {
  if (text.trim() === '') return { formats: {} };
  const formats = Formats.safeParse(parsed(text));
  return { formats: formats.success ? formats.data : undefined };
}

/** Of virsh blockjob --raw: ` type=Block Copy` and numbers, or nothing; of domjobinfo: `Job type:         None`. */
function readJob({ target, said }: CloseRecords['jobs'][number]): readonly DomainJob[] {
  const kind = /^\s*(?:type=|Job type:\s*)(?<kind>.*\S)\s*$/m.exec(said)?.groups?.['kind'];
  if (kind === undefined || /^none$/i.test(kind)) return [];
  return [{ target: target === '' ? undefined : target, kind }];
}

function readSums(text: string | undefined): CloseLook['allDisks'] {
  const [allocatedBytes, virtualBytes] = (text ?? '').split('/').map(Number);
  if (text === undefined || allocatedBytes === undefined || virtualBytes === undefined) return undefined;
  return { allocatedBytes, virtualBytes };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
