import { isDeepStrictEqual } from 'node:util';
import { isScalar, parseDocument, type Document } from 'yaml';
import { DEFAULT_SETTINGS, type Settings } from '../../domain/settings.ts';
import { parseSettings } from './load.ts';

type Path = readonly string[];
type Section = Readonly<Record<string, unknown>>;

/**
 * The text of a settings file with these values. What stands there already, with its comments and its order, is left
 * alone where it says the same; what has its default and does not stand there stays out.
 *
 * @param file - For messages.
 * @throws Failure `settings.malformed` if the text is no valid file, or an Error of the YAML library if it is written in
 * a way (aliases, say) that cannot be changed value by value.
 */
export function editSettings(text: string, values: Settings, file: string): string {
  const now = parseSettings(text, file);
  if (isDeepStrictEqual(now, values)) return text;
  const document = parseDocument(text);
  write(document, [], asSection(now), asSection(values), asSection(DEFAULT_SETTINGS));
  return document.toString({ lineWidth: 0 });
}

function write(document: Document, path: Path, now: Section, wanted: Section, defaults: Section): void {
  for (const key of new Set([...Object.keys(now), ...Object.keys(wanted)])) {
    const at = [...path, key];
    const [before, after] = [now[key], wanted[key]];
    if (isDeepStrictEqual(before, after)) continue;
    if (after === undefined) document.deleteIn(at);
    else if (isSection(after) && Object.keys(after).length > 0) {
      forgetNull(document, at);
      write(document, at, asSection(before), after, asSection(defaults[key]));
    } else if (document.hasIn(at) || !isDeepStrictEqual(after, defaults[key])) document.setIn(at, after);
  }
}

/** `hosts:` with nothing after it is a section, and must be able to take values. */
function forgetNull(document: Document, path: Path): void {
  const node = document.getIn(path, true);
  if (isScalar(node) && node.value === null) document.setIn(path, document.createNode({}));
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asSection(value: unknown): Section {
  return isSection(value) ? value : {};
}
