import { readdir, readFile } from 'node:fs/promises';
import { z } from 'zod';

const Text = z.record(z.string(), z.string());

/** One request and its answer, as a real cloud gave it. Secrets are `***`. */
const Recording = z.object({
  name: z.string(),
  request: z.object({
    service: z.enum(['identity', 'compute', 'image', 'placement', 'network']),
    method: z.string(),
    path: z.string(),
    headers: Text,
    body: z.unknown(),
  }),
  response: z.object({ status: z.number(), headers: Text, body: z.unknown() }),
});
export type Recording = z.output<typeof Recording>;

const directory = new URL('exchanges/', import.meta.url);

export async function readRecordings(): Promise<readonly Recording[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (name) => Recording.parse(JSON.parse(await readFile(new URL(name, directory), 'utf8')))),
  );
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Keys and types of a JSON value, all the way down. Ids that serve as keys count as one key; of a list only the
 * first element counts, and of a list without elements nothing.
 */
export function shapeOf(value: unknown): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? ANY_LIST : [shapeOf(value[0])];
  if (typeof value !== 'object') return typeof value;
  const entries = Object.entries(value).map(([key, inner]) => [
    UUID.test(key) ? '(id)' : key,
    shapeOf(inner),
  ]);
  return Object.fromEntries(entries) as unknown;
}

const ANY_LIST = '(list)';

/** Differences between two shapes, as paths; a list that is empty on one side fits any list. */
export function differences(wanted: unknown, found: unknown, path = ''): readonly string[] {
  if (wanted === ANY_LIST || found === ANY_LIST) {
    return isList(wanted) && isList(found) ? [] : [`${path}: a list and something else`];
  }
  if (typeof wanted === 'string' || typeof found === 'string') {
    return wanted === found ? [] : [`${path}: ${describe(wanted)} was recorded, ${describe(found)} came`];
  }
  const left = wanted as Readonly<Record<string, unknown>>;
  const right = found as Readonly<Record<string, unknown>>;
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return keys.flatMap((key) => {
    if (!(key in left)) return [`${path}.${key}: was not recorded`];
    if (!(key in right)) return [`${path}.${key}: is missing`];
    return differences(left[key], right[key], `${path}.${key}`);
  });
}

function isList(shape: unknown): boolean {
  return shape === ANY_LIST || Array.isArray(shape);
}

function describe(shape: unknown): string {
  return typeof shape === 'string' ? shape : Array.isArray(shape) ? 'a list' : 'an object';
}
