import { z } from 'zod';
import type { ChainLink } from '../../domain/host.ts';
import { lastWords } from '../jobs/run-script.ts';

/** What qemu-img said of one image: its chain, or why not. */
export interface ChainResult {
  readonly chain: readonly ChainLink[];
  readonly problem: string | undefined;
}

/** Of `qemu-img info --output=json --backing-chain`: the keys that we read. */
const Links = z.array(
  z.object({
    filename: z.string(),
    format: z.string(),
    'virtual-size': z.number(),
    'actual-size': z.number().optional(),
    'backing-filename': z.string().optional(),
    'full-backing-filename': z.string().optional(),
    'backing-filename-format': z.string().optional(),
    'dirty-flag': z.boolean().optional(),
    encrypted: z.boolean().optional(),
    snapshots: z.array(z.object({ name: z.string() })).optional(),
    'format-specific': z
      .object({
        data: z
          .object({ corrupt: z.boolean().optional(), 'data-file': z.string().optional() })
          .optional()
          .catch(undefined),
      })
      .optional(),
  }),
);

export function readJsonChain(json: string, code: number, complaint: string): ChainResult {
  if (code !== 0) return { chain: [], problem: problemOf(code, complaint) };
  const links = Links.safeParse(parsed(json));
  if (!links.success)
    return { chain: [], problem: 'qemu-img described it in a way that Coldhaul does not know' };
  const chain = links.data.map((link): ChainLink => {
    const backing = link['full-backing-filename'] ?? link['backing-filename'];
    return {
      path: link.filename,
      format: link.format,
      virtualBytes: link['virtual-size'],
      allocatedBytes: link['actual-size'] ?? 0,
      backingPath: backing === undefined ? undefined : absolute(backing, link.filename),
      backingFormat: link['backing-filename-format'],
      ...oddities(link),
    };
  });
  return { chain, problem: undefined };
}

/** What few images have; absent where it is not so, so that a usual chain stays short. */
function oddities(link: z.infer<typeof Links>[number]): Partial<ChainLink> {
  const data = link['format-specific']?.data;
  return {
    ...(link['dirty-flag'] === true && { dirty: true }),
    ...(link.encrypted === true && { encrypted: true }),
    ...(data?.corrupt === true && { corrupt: true }),
    ...(data?.['data-file'] !== undefined && { dataFile: data['data-file'] }),
    ...(link.snapshots !== undefined &&
      link.snapshots.length > 0 && { snapshots: link.snapshots.map(({ name }) => name) }),
  };
}

/** One file of a chain as qemu-img before 1.3 describes it, in text. */
export interface TextLink {
  readonly path: string;
  readonly code: number;
  readonly text: string;
  readonly blocks: string;
}

/** The chain was followed file by file; one unreadable file makes it worthless. */
export function readTextChain(links: readonly TextLink[]): ChainResult {
  const bad = links.find((link) => link.code !== 0);
  if (bad !== undefined) return { chain: [], problem: `${bad.path}: ${problemOf(bad.code, bad.text)}` };
  const chain = links.map((link, index): ChainLink => {
    const format = /^file format: (?<format>\S+)/m.exec(link.text)?.groups?.['format'];
    const virtual = /^virtual size: .*\((?<bytes>\d+) bytes\)/m.exec(link.text)?.groups?.['bytes'];
    return {
      path: link.path,
      format: format ?? 'unknown',
      virtualBytes: Number(virtual ?? 0),
      allocatedBytes: Number(link.blocks) * 512,
      backingPath: links[index + 1]?.path,
      backingFormat: undefined,
    };
  });
  return chain.at(-1)?.format === 'unknown'
    ? { chain: [], problem: 'this old qemu-img did not say what format it has' }
    : { chain, problem: undefined };
}

function problemOf(code: number, complaint: string): string {
  if (code === 127) return 'qemu-img is not installed on this host';
  const said = lastWords(complaint);
  return said === '' ? `qemu-img ended with status ${code.toString()}` : said;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** qemu-img resolves a relative name by the folder of the image that names it. */
function absolute(backing: string, image: string): string {
  const plain = backing.startsWith('/') || backing.startsWith('json:');
  return plain ? backing : `${image.slice(0, image.lastIndexOf('/'))}/${backing}`;
}
