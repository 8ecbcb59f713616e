/** Place of a value in the settings file. */
export type FieldKey =
  | 'ssh.configFile'
  | 'ssh.user'
  | 'ssh.port'
  | 'ssh.identityFile'
  | 'ssh.becomeRoot'
  | 'hosts.address'
  | 'limits.perSource'
  | 'limits.perDestination'
  | 'limits.total'
  | 'bandwidthMibPerSecond'
  | 'reserveGib'
  | 'stopTimeoutSeconds'
  | 'pollMs'
  | 'nova.user'
  | 'nova.configFiles'
  | 'nova.instancesPath'
  | 'nova.stopNewsSeconds';

/** How one value is asked for. */
export interface Field {
  readonly key: FieldKey;
  readonly label: string;
  readonly help: string;
  readonly kind: 'text' | 'path' | 'number' | 'choice' | 'lines';
  /** Stands behind the value. */
  readonly unit?: string;
  /** What an empty field means; a field without it must be filled in. */
  readonly whenEmpty?: string;
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
}

/** Fields that belong together, under one title. */
export interface FieldGroup {
  readonly title: string;
  readonly text: string;
  readonly fields: readonly Field[];
}
