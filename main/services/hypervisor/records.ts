import { Failure } from '../../domain/failure.ts';
import { readJsonChain, readTextChain, type ChainResult, type TextLink } from './chain.ts';
import { FILE_FIELDS, type FoundFile, readFile } from './files.ts';

export interface Process {
  readonly pid: string;
  readonly words: readonly string[];
}

export interface DomainAnswer {
  readonly code: number;
  readonly said: string;
  readonly hasNvram: boolean;
  /** Of its XML, what stands between `<os` and `</os>`; empty if it has none. */
  readonly os: string;
  /** Of its XML, every `<disk>` element. */
  readonly disks: string;
}

/** What the instance script found, sorted by kind and not yet by instance. */
export interface Records {
  readonly files: readonly FoundFile[];
  /** Names in the instances directory that have an id in them. */
  readonly names: readonly string[];
  /** By path of the image. */
  readonly chains: ReadonlyMap<string, ChainResult>;
  /** By server id: status and words of `virsh domstate`. */
  readonly domains: ReadonlyMap<string, DomainAnswer>;
  readonly opened: readonly { readonly pid: string; readonly path: string }[];
  readonly openers: readonly Process[];
  readonly naming: readonly Process[];
  /** What was asked for a plan only; empty otherwise. */
  readonly close: CloseRecords;
}

/** As the script says it: see scripts/close-look.ts. */
export interface CloseRecords {
  readonly root: readonly FoundFile[];
  readonly bases: readonly FoundFile[];
  readonly jobs: readonly { readonly target: string; readonly code: number; readonly said: string }[];
  readonly checks: readonly { readonly path: string; readonly code: number; readonly said: string }[];
  readonly qcow2Magic: readonly string[];
  readonly heads: ReadonlyMap<string, string>;
  readonly diskInfo: string | undefined;
  readonly facts: ReadonlyMap<string, string>;
}

/** How many fields follow each mark. */
const LENGTHS: Readonly<Record<string, number>> = {
  F: FILE_FIELDS,
  N: 1,
  O: 2,
  P: 2,
  C: 2,
  Q: 4,
  T: 5,
  V: 6,
  R: FILE_FIELDS,
  B: FILE_FIELDS,
  J: 3,
  K: 3,
  M: 1,
  I: 1,
  U: 2,
  X: 2,
};

/** The last thing that the script says: without it something is missing. */
const END = 'E';

/** Reads fields ended by NUL, which no file name can hold. @throws Failure `host.command-failed` if they were cut. */
export function readRecords(host: string, stdout: string): Records {
  const found = new Map<string, string[][]>(Object.keys(LENGTHS).map((mark) => [mark, []]));
  const fields = stdout.split('\0');
  if (fields.pop() !== '' || fields.pop() !== END) throw garbled(host);
  for (let at = 0; at < fields.length;) {
    const mark = fields[at] ?? '';
    const length = LENGTHS[mark];
    if (length === undefined || at + length >= fields.length) throw garbled(host);
    found.get(mark)?.push(fields.slice(at + 1, at + 1 + length));
    at += 1 + length;
  }
  const all = (mark: string): string[][] => found.get(mark) ?? [];
  return {
    files: all('F').map(readFile),
    names: all('N').map(([name = '']) => name),
    chains: new Map([
      ...all('Q').map(
        ([path = '', json = '', code, said = '']) => [path, readJsonChain(json, Number(code), said)] as const,
      ),
      ...textChains(all('T')),
    ]),
    domains: new Map(
      all('V').map(([id = '', code, said = '', nvram, os = '', disks = '']) => [
        id,
        { code: Number(code), said, hasNvram: nvram === 'yes', os, disks },
      ]),
    ),
    opened: all('O').map(([descriptor = '', path = '']) => ({ pid: descriptor.split('/')[2] ?? '', path })),
    openers: all('P').map(readProcess),
    naming: all('C').map(readProcess),
    close: {
      root: all('R').map(readFile),
      bases: all('B').map(readFile),
      jobs: all('J').map(([target = '', code, said = '']) => ({ target, code: Number(code), said })),
      checks: all('K').map(([path = '', code, said = '']) => ({ path, code: Number(code), said })),
      qcow2Magic: all('M').map(([path = '']) => path),
      heads: new Map(all('U').map(([path = '', head = '']) => [path, head])),
      diskInfo: all('I')[0]?.[0],
      facts: new Map(all('X').map(([name = '', value = '']) => [name, value])),
    },
  };
}

function readProcess([pid = '', command = '']: readonly string[]): Process {
  return { pid, words: command.split('\u001f').filter((word, index) => word !== '' || index === 0) };
}

function textChains(records: readonly string[][]): [string, ChainResult][] {
  const images = new Map<string, TextLink[]>();
  for (const [image = '', path = '', code, text = '', blocks = ''] of records) {
    const links = images.get(image) ?? [];
    images.set(image, [...links, { path, code: Number(code), text, blocks }]);
  }
  return [...images].map(([image, links]) => [image, readTextChain(links)]);
}

function garbled(host: string): Failure {
  return new Failure(
    'host.command-failed',
    `${host} sent a description of its instances that is cut short.`,
    {
      hint: 'Look whether the file system for /tmp on that host is full, then try again.',
      passing: true,
    },
  );
}
