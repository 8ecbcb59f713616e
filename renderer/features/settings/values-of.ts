import type { SettingsValues } from '@contract/desk-views.ts';
import type { Draft, HostLine } from './draft.ts';
import type { FieldKey } from './field.ts';
import type { Mistake } from './mistakes.ts';

type Entry = SettingsValues['hosts']['overrides'][string];

/** The values of the form, or what cannot be a value at all. Whether a value is allowed is the engine's to say. */
export function valuesOf(
  draft: Draft,
):
  | { readonly ok: true; readonly values: SettingsValues }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const text = (key: FieldKey): string => draft.fields[key].trim();
  const asNumber = (place: string, typed: string): number => {
    const value = Number(typed);
    if (typed === '' || !Number.isFinite(value))
      mistakes.push({
        place,
        message: typed === '' ? 'A number is needed here.' : `${typed} is not a number.`,
      });
    return value;
  };
  const required = (key: FieldKey): number => asNumber(key, text(key));
  const optional = (key: FieldKey): number | undefined =>
    text(key) === '' ? undefined : asNumber(key, text(key));
  const entryOf = (line: HostLine, place: string): Entry => {
    const [address, port, user, alias] = [line.address, line.port, line.user, line.alias].map((part) =>
      part.trim(),
    );
    return given({
      address: address === '' ? undefined : address,
      port: port === '' || port === undefined ? undefined : asNumber(`${place}.port`, port),
      user: user === '' ? undefined : user,
      alias: alias === '' ? undefined : alias,
    });
  };
  const overrides: Record<string, Entry> = Object.create(null) as Record<string, Entry>;
  for (const line of draft.overrides) {
    const name = line.match.trim();
    const place = `hosts.overrides.${name}`;
    if (name === '')
      mistakes.push({ place: 'hosts.overrides', message: 'Every line needs the name of a host.' });
    else if (name in overrides)
      mistakes.push({ place: 'hosts.overrides', message: `${name} is there twice.` });
    overrides[name] = entryOf(line, place);
  }
  const values: SettingsValues = {
    ssh: {
      ...given({
        configFile: filled(text('ssh.configFile')),
        user: filled(text('ssh.user')),
        port: optional('ssh.port'),
        identityFile: filled(text('ssh.identityFile')),
      }),
      becomeRoot: text('ssh.becomeRoot') === 'never' ? 'never' : 'sudo',
    },
    hosts: {
      address: text('hosts.address'),
      rules: draft.rules.map((line, index) => ({
        match: line.match.trim(),
        ...entryOf(line, `hosts.rules.${String(index)}`),
      })),
      overrides: { ...overrides },
    },
    limits: {
      perSource: required('limits.perSource'),
      perDestination: required('limits.perDestination'),
      total: required('limits.total'),
    },
    ...given({ bandwidthMibPerSecond: optional('bandwidthMibPerSecond') }),
    reserveGib: required('reserveGib'),
    stopTimeoutSeconds: required('stopTimeoutSeconds'),
    pollMs: required('pollMs'),
    nova: {
      user: text('nova.user'),
      configFiles: text('nova.configFiles')
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
      ...given({ instancesPath: filled(text('nova.instancesPath')) }),
      stopNewsSeconds: required('nova.stopNewsSeconds'),
    },
  };
  return mistakes.length === 0 ? { ok: true, values } : { ok: false, mistakes };
}

function filled(text: string): string | undefined {
  return text === '' ? undefined : text;
}

/** Without what is not given: in the file a value that is left out is not there. */
function given<T extends object>(entry: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
