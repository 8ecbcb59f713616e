import type { SettingsValues } from '@contract/desk-views.ts';
import { formatSeconds } from '@contract/format.ts';
import type { Field, FieldKey } from './field.ts';

/** The value as it stands in its field: text, an empty one for nothing, lines for a list. */
export function readField(values: SettingsValues, key: FieldKey): string {
  const { ssh, hosts, limits, nova } = values;
  switch (key) {
    case 'ssh.configFile':
      return ssh.configFile ?? '';
    case 'ssh.user':
      return ssh.user ?? '';
    case 'ssh.port':
      return number(ssh.port);
    case 'ssh.identityFile':
      return ssh.identityFile ?? '';
    case 'ssh.becomeRoot':
      return ssh.becomeRoot;
    case 'hosts.address':
      return hosts.address;
    case 'limits.perSource':
      return number(limits.perSource);
    case 'limits.perDestination':
      return number(limits.perDestination);
    case 'limits.total':
      return number(limits.total);
    case 'bandwidthMibPerSecond':
      return number(values.bandwidthMibPerSecond);
    case 'reserveGib':
      return number(values.reserveGib);
    case 'stopTimeoutSeconds':
      return number(values.stopTimeoutSeconds);
    case 'pollMs':
      return number(values.pollMs);
    case 'nova.user':
      return nova.user;
    case 'nova.configFiles':
      return nova.configFiles.join('\n');
    case 'nova.instancesPath':
      return nova.instancesPath ?? '';
    case 'nova.stopNewsSeconds':
      return number(nova.stopNewsSeconds);
  }
}

function number(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}

/** The default in words, for the help below the field. */
export function defaultWords({ key, unit, whenEmpty, choices }: Field, defaults: SettingsValues): string {
  const text = readField(defaults, key);
  if (text === '') return whenEmpty ?? 'empty';
  const chosen = choices?.find(({ value }) => value === text)?.label ?? text;
  // Minutes are read more easily than a hundred seconds.
  if (unit === 's' && Number(text) > 60) return `${text} s (${formatSeconds(Number(text))})`;
  return unit === undefined ? chosen : `${chosen} ${unit}`;
}
