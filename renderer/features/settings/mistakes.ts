import { FIELDS } from './field-groups.ts';

/** What must be mended, and in which field; `hosts.rules.2.port` and the like for the tables. */
export interface Mistake {
  readonly place: string;
  readonly message: string;
}

/**
 * Takes the engine's words apart, so that each mistake can stand at its field: one line each,
 * `FILE:LINE:COLUMN: NAME.OF.VALUE: what is wrong`.
 */
export function mistakesIn(message: string): readonly Mistake[] {
  return message.split('\n').flatMap((line) => {
    const found =
      /^.*?:\d+:\d+: ([^\s:]+): (.+)$/.exec(line) ?? /^([a-z]\w*(?:\.[^\s:]+)*): (.+)$/i.exec(line);
    const [, place, words] = found ?? [];
    return place === undefined || words === undefined ? [] : [{ place, message: words }];
  });
}

/** The name that the admin sees on the page; the place in the file if there is none. */
export function placeWords(place: string): string {
  const field = FIELDS.find(({ key }) => place === key || place.startsWith(`${key}.`));
  if (field !== undefined) return field.label;
  const [, rule, column] = /^hosts\.rules\.(\d+)\.?(.*)$/.exec(place) ?? [];
  if (rule !== undefined)
    return `Rule ${String(Number(rule) + 1)}${column === '' ? '' : `, ${String(column)}`}`;
  if (place.startsWith('hosts.overrides'))
    return `Hosts by name${place.slice('hosts.overrides'.length).replace('.', ', ')}`;
  return place;
}
