import { printable } from '../../domain/naming.ts';

/** HTML that is safe to put into a page as it is. Only `html` makes it. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | readonly Markup[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * A piece of HTML; whatever is put in is shown as text, whoever chose it. Control and direction characters, which could
 * make a name look like another, are shown by their numbers.
 */
export function html(pieces: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const text = pieces.map((piece, index) => {
    const part = parts[index];
    return piece + (part === undefined ? '' : escapePart(part));
  });
  return { markup: text.join('') };
}

/** Nothing at all, for what is left out. */
export const NOTHING: Markup = { markup: '' };

function escapePart(part: Part): string {
  if (typeof part === 'string') return escapeText(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
}

function escapeText(text: string): string {
  return printable(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
