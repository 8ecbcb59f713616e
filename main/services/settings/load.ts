import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMap, isNode, isPair, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { Failure } from '../../domain/failure.ts';
import type { Settings } from '../../domain/settings.ts';
import { appPaths, type Surroundings } from '../system/paths.ts';
import { SettingsFile } from './schema.ts';
import { suggest } from './suggest.ts';
import { whatIsWrong } from './words.ts';

/** Where the settings are: `COLDHAUL_SETTINGS`, or `settings.yaml` in our configuration directory. */
export function settingsPath(surroundings: Surroundings): string {
  const chosen = surroundings.env['COLDHAUL_SETTINGS'];
  return chosen === undefined || chosen === ''
    ? join(appPaths(surroundings).config, 'settings.yaml')
    : chosen;
}

/**
 * Reads the admin's settings; defaults if there is no file in the usual place.
 *
 * @param path - Instead of the usual place; then the file must be there.
 * @throws Failure `settings.malformed` with file, line and column of every mistake, and what is allowed.
 */
export async function loadSettings(surroundings: Surroundings, path?: string): Promise<Settings> {
  const file = path ?? settingsPath(surroundings);
  const mustExist = path !== undefined || Boolean(surroundings.env['COLDHAUL_SETTINGS']);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !mustExist) return parseSettings('', file);
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new Failure('settings.malformed', `the settings file ${file} ${why}`, {
      hint: 'Name another one by --settings or COLDHAUL_SETTINGS, or leave both away for the defaults.',
      cause,
    });
  }
  return parseSettings(text, file);
}

/**
 * @param file - For messages.
 * @throws Failure `settings.malformed`
 */
export function parseSettings(text: string, file: string): Settings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${String(line)}:${String(col)}`;
  };
  if (document.errors.length > 0) {
    throw malformed(document.errors.map((error) => `${place(error.pos[0])}: ${error.message}`));
  }
  const parsed = SettingsFile.safeParse(withoutNulls(valueOf(document, file)) ?? {});
  if (parsed.success) return parsed.data;
  throw malformed(parsed.error.issues.flatMap((issue) => describe(issue, document, place)));
}

/** An alias without its anchor, or aliases upon aliases, come to light only here. */
function valueOf(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw malformed([`${file}: ${(cause as Error).message}`]);
  }
}

/** `ssh:` with nothing after it is a section left out. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, part]) => part !== null);
  return Object.fromEntries(kept.map(([key, part]) => [key, withoutNulls(part)]));
}

function describe(
  issue: z.core.$ZodIssue,
  document: Document,
  place: (offset: number) => string,
): readonly string[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const where = place(offsetOf(document, path));
  const name = path.length === 0 ? 'the file' : path.join('.');
  if (issue.code !== 'unrecognized_keys') return [`${where}: ${name}: ${whatIsWrong(issue)}`];
  const allowed = keysAllowedAt(path);
  return issue.keys.map((key) => {
    const meant = suggest(key, allowed);
    const help = meant === undefined ? `allowed here: ${allowed.join(', ')}` : `did you mean ${meant}?`;
    return `${place(offsetOfKey(document, [...path, key]))}: ${[...path, key].join('.')} is not known; ${help}`;
  });
}

/** Where a value stands, or the nearest thing around it that stands somewhere. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function offsetOfKey(document: Document, path: readonly (string | number)[]): number {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const pairs = isMap(parent) ? parent.items : [];
  const pair = pairs.find((item) => isPair(item) && isNode(item.key) && String(item.key) === path.at(-1));
  return isNode(pair?.key) && pair.key.range ? pair.key.range[0] : offsetOf(document, path);
}

const HOST_KEYS = ['address', 'port', 'user', 'alias'];
const SHAPE = SettingsFile.shape;

/** Names that may stand in a section. */
function keysAllowedAt(path: readonly (string | number)[]): readonly string[] {
  const [section, part] = path;
  if (section === undefined) return Object.keys(SHAPE);
  if (section === 'hosts' && part === 'rules') return ['match', ...HOST_KEYS];
  if (section === 'hosts' && part === 'overrides') return HOST_KEYS;
  const sections: Readonly<Record<string, object>> = {
    ssh: SHAPE.ssh.def.innerType.shape,
    hosts: SHAPE.hosts.def.innerType.shape,
    limits: SHAPE.limits.def.innerType.shape,
    nova: SHAPE.nova.def.innerType.shape,
  };
  return Object.keys(sections[section] ?? {});
}

function malformed(problems: readonly string[]): Failure {
  const count = problems.length === 1 ? 'a mistake' : `${String(problems.length)} mistakes`;
  return new Failure('settings.malformed', `the settings have ${count}:\n${problems.join('\n')}`, {
    hint: 'Correct the file and try again. Nothing was read from it.',
  });
}
