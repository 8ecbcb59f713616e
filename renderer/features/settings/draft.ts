import type { SettingsValues } from '@contract/desk-views.ts';
import { FIELDS } from './field-groups.ts';
import type { FieldKey } from './field.ts';
import { readField } from './read-field.ts';

/** One line of the tables of hosts, as it is typed. `key` keeps its identity while lines come and go. */
export interface HostLine {
  readonly key: string;
  /** A pattern in a rule, a name in an override. */
  readonly match: string;
  readonly address: string;
  readonly port: string;
  readonly user: string;
  readonly alias: string;
}

/** What stands in the form: text everywhere, for half a number is no number yet. */
export interface Draft {
  readonly fields: Readonly<Record<FieldKey, string>>;
  readonly rules: readonly HostLine[];
  readonly overrides: readonly HostLine[];
}

let lines = 0;

export function emptyLine(): HostLine {
  lines += 1;
  return { key: String(lines), match: '', address: '', port: '', user: '', alias: '' };
}

export function draftOf(values: SettingsValues): Draft {
  return {
    fields: Object.fromEntries(FIELDS.map(({ key }) => [key, readField(values, key)])) as Record<
      FieldKey,
      string
    >,
    rules: values.hosts.rules.map(({ match, ...entry }) => lineOf(match, entry)),
    overrides: Object.entries(values.hosts.overrides).map(([name, entry]) => lineOf(name, entry)),
  };
}

type Entry = SettingsValues['hosts']['overrides'][string];

function lineOf(match: string, { address = '', port, user = '', alias = '' }: Entry): HostLine {
  return { ...emptyLine(), match, address, port: port === undefined ? '' : String(port), user, alias };
}

/** True if saving would change nothing. Keys of lines do not count. */
export function isSame(left: Draft, right: Draft): boolean {
  return comparable(left) === comparable(right);
}

function comparable({ fields, rules, overrides }: Draft): string {
  const bare = (all: readonly HostLine[]) => all.map((line) => ({ ...line, key: '' }));
  return JSON.stringify([FIELDS.map(({ key }) => fields[key].trim()), bare(rules), bare(overrides)]);
}
