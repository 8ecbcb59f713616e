import { readFile } from 'node:fs/promises';
import { isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { z } from 'zod';
import { Failure } from '../../domain/failure.ts';

/** Values as they are written: `no`, `0123` and `1e3` stay what they are, for a password may look like a number. */
export type RawValue = string | null | readonly RawValue[] | { readonly [key: string]: RawValue };
export type RawCloud = Readonly<Record<string, RawValue>>;

export interface YamlFile {
  readonly path: string;
  /** Entries of `clouds`, or of `public-clouds`. */
  readonly clouds: Readonly<Record<string, RawCloud>>;
  /** `file:line:column` of a cloud's entry, or of the file if it is not there. */
  locate(path: readonly PropertyKey[]): string;
}

const Value: z.ZodType<RawValue> = z.lazy(() =>
  z.union([z.string(), z.null(), z.array(Value), z.record(z.string(), Value)]),
);
const Cloud = z.looseObject(
  {
    auth: z.record(z.string(), z.union([z.string(), z.null()])).nullish(),
    profile: z.string().nullish(),
  },
  'expected settings, one "name: value" a line',
);
const Clouds = z.record(
  z.string(),
  Cloud.nullable().transform((cloud) => cloud ?? {}),
);

/**
 * Reads `clouds.yaml`, `secure.yaml` or `clouds-public.yaml`; JSON is YAML too.
 *
 * @param section - `clouds` or `public-clouds`.
 * @returns `undefined` if there is no such file.
 * @throws Failure `profile.malformed` with file, line and column. No value of the file is in it.
 */
export async function readYamlFile(
  path: string,
  section: 'clouds' | 'public-clouds',
): Promise<YamlFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Failure('profile.malformed', `${path} cannot be read (${code}).`, {
      hint: 'Check its owner and permissions.',
      cause,
    });
  }
  return parseYaml(path, text, section);
}

/** The same for a text. */
export function parseYaml(path: string, text: string, section: 'clouds' | 'public-clouds'): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: 'failsafe',
    merge: true,
    lineCounter: lines,
    prettyErrors: false,
  });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const [error] = document.errors;
  // The parser's own sentence is not shown: it may quote the line.
  if (error !== undefined) throw malformed(at(error.pos[0]), `is not YAML (${wordsOf(error.code)})`);
  visit(document, {
    Scalar(key, node) {
      if (key !== 'key' && node.type === 'PLAIN' && ['', '~', 'null'].includes(node.source ?? '')) {
        node.value = null;
      }
    },
  });

  const locate = (keys: readonly PropertyKey[]): string => {
    for (let length = keys.length; length > 0; length -= 1) {
      const node = document.getIn([section, ...keys.slice(0, length)], true);
      const offset = isNode(node) ? node.range?.[0] : undefined;
      if (offset !== undefined) return at(offset);
    }
    return path;
  };
  const Shape = z.looseObject({ [section]: Clouds.nullish() }, `expected "${section}:" with clouds below it`);
  const parsed = Shape.nullable().safeParse(toData(path, document));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const keys = issue?.path.slice(1) ?? [];
    const what = keys.length === 0 ? `"${section}"` : `"${keys.map(String).join('.')}"`;
    throw malformed(
      locate(keys),
      `does not fit at ${what}: ${issue?.message ?? 'another shape was expected'}`,
    );
  }
  const clouds = (parsed.data?.[section] ?? {}) as Record<string, RawCloud>;
  return { path, clouds, locate };
}

function toData(path: string, document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new Failure('profile.malformed', `${path} refers to itself over and over.`, { cause });
  }
}

function isNode(value: unknown): value is { readonly range?: readonly [number, number, number] | null } {
  return isScalar(value) || (typeof value === 'object' && value !== null && 'range' in value);
}

function wordsOf(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ');
}

function malformed(where: string, what: string): Failure {
  return new Failure('profile.malformed', `${where} ${what}.`, {
    hint: 'Correct the file; it looks like: clouds: / mycloud: / auth: / auth_url: https://…, each indented below the one before.',
  });
}
