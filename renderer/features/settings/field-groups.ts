import type { Field, FieldGroup } from './field.ts';

export const SSH: FieldGroup = {
  title: 'SSH to the hosts',
  text: 'What is left empty comes from your own OpenSSH configuration, host by host.',
  fields: [
    {
      key: 'ssh.user',
      label: 'User',
      help: 'Login on the compute hosts.',
      kind: 'text',
      whenEmpty: 'as your ssh does',
    },
    {
      key: 'ssh.port',
      label: 'Port',
      help: 'TCP port of the SSH server on the hosts.',
      kind: 'number',
      whenEmpty: 'as your ssh does',
    },
    {
      key: 'ssh.identityFile',
      label: 'Key file',
      help: 'Private key on this machine. Keys of a running agent are tried in any case.',
      kind: 'path',
      whenEmpty: 'as your ssh does',
    },
    {
      key: 'ssh.configFile',
      label: 'Configuration file',
      help: 'OpenSSH configuration to read instead of ~/.ssh/config.',
      kind: 'path',
      whenEmpty: '~/.ssh/config',
    },
    {
      key: 'ssh.becomeRoot',
      label: 'Becoming root',
      help: 'Disks of instances belong to nova and libvirt, so reading them needs root. sudo must not ask for a password.',
      kind: 'choice',
      choices: [
        { value: 'sudo', label: 'With sudo, without a password' },
        { value: 'never', label: 'Never: the login is root already' },
      ],
    },
  ],
};

export const ADDRESS: Field = {
  key: 'hosts.address',
  label: 'Address of a host',
  help: 'What you would type after ssh. {hypervisor} is the name in Nova, {short} the same up to its first dot, {host_ip} the address that Nova tells.',
  kind: 'text',
};

export const GROUPS: readonly FieldGroup[] = [
  {
    title: 'How much at once',
    text: 'Migrations beyond these counts wait for their turn; their instances stay untouched until then.',
    fields: [
      {
        key: 'limits.total',
        label: 'In all',
        help: 'Migrations that move bytes at the same time.',
        kind: 'number',
        unit: 'migrations',
      },
      {
        key: 'limits.perSource',
        label: 'From one host',
        help: 'Of these, away from the same host.',
        kind: 'number',
        unit: 'migrations',
      },
      {
        key: 'limits.perDestination',
        label: 'To one host',
        help: 'Of these, to the same host.',
        kind: 'number',
        unit: 'migrations',
      },
      {
        key: 'bandwidthMibPerSecond',
        label: 'Bandwidth of a migration',
        help: 'All disks of one migration together. It can be changed for each while it copies.',
        kind: 'number',
        unit: 'MiB/s',
        whenEmpty: 'no limit',
      },
    ],
  },
  {
    title: 'Care for instances and hosts',
    text: 'These count for every plan that is made from now on.',
    fields: [
      {
        key: 'reserveGib',
        label: 'Room kept free',
        help: 'A destination that would have less free space than this afterwards is refused.',
        kind: 'number',
        unit: 'GiB',
      },
      {
        key: 'stopTimeoutSeconds',
        label: 'Time to shut down',
        help: 'How long a guest may take to shut down by itself before it is switched off.',
        kind: 'number',
        unit: 's',
      },
      {
        key: 'pollMs',
        label: 'Looking at the cloud every',
        help: 'Shorter sees changes sooner and asks the cloud more often.',
        kind: 'number',
        unit: 'ms',
      },
    ],
  },
  {
    title: 'Nova on the hosts',
    text: 'Only for clouds that keep things in other places than usual.',
    fields: [
      {
        key: 'nova.user',
        label: 'User of nova-compute',
        help: 'Copies run as this user, over the trust that Nova has between its hosts.',
        kind: 'text',
      },
      {
        key: 'nova.instancesPath',
        label: 'Directory of instances',
        help: 'Wins over what nova.conf on a host says.',
        kind: 'path',
        whenEmpty: 'as nova.conf says',
      },
      {
        key: 'nova.configFiles',
        label: 'Configuration files',
        help: 'Read on every host, one path a line; later ones win.',
        kind: 'lines',
        whenEmpty: 'the usual places',
      },
      {
        key: 'nova.stopNewsSeconds',
        label: 'News of a stop',
        help: 'Nova hears of a stop 15 s late; more on a busy host. Until then nothing is handed over.',
        kind: 'number',
        unit: 's',
      },
    ],
  },
];

export const FIELDS: readonly Field[] = [...SSH.fields, ADDRESS, ...GROUPS.flatMap(({ fields }) => fields)];
