import { readFile } from 'node:fs/promises';

export const SSHD = '/usr/sbin/sshd';
export const LOGIND = '/lib/systemd/systemd-logind';

/** Who may log in beside root, and become root by sudo; only where logind looks after logins. */
export const ADMIN = 'admin';

export interface HostFilesOptions {
  /** Where the files will be; keys lie in it, too. */
  readonly directory: string;
  readonly port: number;
  readonly logind: boolean;
}

/** Texts by their names below the directory. What is below `etc` is what the host has in place of the machine's own. */
export async function hostFiles(options: HostFilesOptions): Promise<Readonly<Record<string, string>>> {
  const { logind } = options;
  const files: Record<string, readonly string[]> = {
    'units/host.target': unit({ Unit: [`Wants=sshd.service${logind ? ' systemd-logind.service' : ''}`] }),
    'units/sshd.service': unit({
      Unit: ['After=systemd-logind.service'],
      Service: [
        'KillMode=control-group',
        'StandardError=null',
        `ExecStart=${SSHD} -D -e -f ${options.directory}/sshd_config`,
      ],
    }),
    sshd_config: sshdConfig(options),
    'etc/passwd': await users(options),
    ...(logind && loginFiles()),
  };
  return Object.fromEntries(Object.entries(files).map(([name, lines]) => [name, `${lines.join('\n')}\n`]));
}

type Section = 'Unit' | 'Service' | 'Socket';

/** A unit without what every unit of a whole system waits for. */
function unit(sections: Partial<Record<Section, readonly string[]>>): readonly string[] {
  const { Unit = [], ...others } = sections;
  const all = { Unit: ['DefaultDependencies=no', ...Unit], ...others };
  return Object.entries(all).flatMap(([section, lines]) => [`[${section}]`, ...lines]);
}

function sshdConfig({ directory, port, logind }: HostFilesOptions): readonly string[] {
  return [
    ...[`Port ${String(port)}`, 'ListenAddress 127.0.0.1', 'PidFile none', `HostKey ${directory}/host_key`],
    ...[`AuthorizedKeysFile ${directory}/authorized_keys`, 'StrictModes no', 'PrintMotd no'],
    ...['PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'PermitRootLogin yes'],
    `UsePAM ${logind ? 'yes' : 'no'}`,
  ];
}

/** Whatever the start-up files of this machine's root do, the sessions have nothing to do with it. */
async function users({ directory, logind }: HostFilesOptions): Promise<readonly string[]> {
  const others = (await readFile('/etc/passwd', 'utf8')).trim().split('\n');
  const admin = `${ADMIN}:*:54321:54321::${directory}:/bin/sh`;
  return [
    `root:x:0:0::${directory}:/bin/sh`,
    ...(logind ? [admin] : []),
    ...others.filter((line) => !/^(root|admin):/.test(line)),
  ];
}

/** A message bus and logind, which ends what a login leaves behind, and the ways in that tell it of logins. */
function loginFiles(): Readonly<Record<string, readonly string[]>> {
  const pam = ['auth', 'account'].map((kind) => `${kind} required pam_permit.so`);
  const told = [...pam, 'session required pam_systemd.so'];
  return {
    'units/dbus.socket': unit({ Socket: ['ListenStream=/run/dbus/system_bus_socket'] }),
    'units/dbus.service': unit({
      Service: [
        ...['Type=notify', 'NotifyAccess=main', 'StandardError=null'],
        'ExecStart=/usr/bin/dbus-daemon --system --address=systemd: --nofork --nopidfile --systemd-activation',
      ],
    }),
    'units/systemd-logind.service': unit({
      Unit: ['Wants=dbus.socket user.slice', 'After=dbus.socket user.slice'],
      Service: [
        ...['Type=dbus', 'BusName=org.freedesktop.login1', `ExecStart=${LOGIND}`],
        'RuntimeDirectory=systemd/sessions systemd/seats systemd/users systemd/inhibit systemd/shutdown',
      ],
    }),
    'logind.conf': ['[Login]', 'KillUserProcesses=yes'],
    'etc/pam.d/sshd': told,
    'etc/pam.d/sudo': told,
    'etc/pam.d/other': told,
    'etc/sudoers': [`${ADMIN} ALL=(ALL:ALL) NOPASSWD: ALL`],
  };
}
