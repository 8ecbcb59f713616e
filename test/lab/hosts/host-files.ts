import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { accountFiles } from './accounts.ts';
import { DEFAULT_NOVA_OPTIONS, NOVA_COMPUTE_CONF, novaConf } from './nova-conf.ts';
import { scriptPath, type HostEntry } from './registry.ts';
import type { HostPaths, NovaOptions } from './types.ts';

/** Where the parts of a host lie, below the lab's directory. */
export function hostPaths(labDirectory: string, name: string): HostPaths {
  const directory = join(labDirectory, 'hosts', name);
  return {
    directory,
    etc: join(directory, 'etc'),
    bin: join(directory, 'bin'),
    varLibNova: join(directory, 'var-lib-nova'),
    sshdLog: join(directory, 'host.log'),
  };
}

/** Writes what the host has of its own: all of /etc, /usr/local/bin, and an empty /var/lib/nova if there is none. */
export async function writeHostFiles(
  paths: HostPaths,
  entry: HostEntry,
  nova: Partial<NovaOptions>,
): Promise<NovaOptions> {
  const options = { ...DEFAULT_NOVA_OPTIONS, ...nova };
  for (const directory of ['etc/alternatives', 'etc/lab', 'bin', 'root', 'var-lib-nova']) {
    await mkdir(join(paths.directory, directory), { recursive: true });
  }
  const files = {
    ...accountFiles(),
    hostname: `${entry.name}\n`,
    'machine-id': `${randomUUID().replaceAll('-', '')}\n`,
    'ssh/sshd_config': sshdConfig(entry),
    'ssh/ssh_config': 'Include /etc/lab/ssh_config\nHost *\n  GlobalKnownHostsFile /etc/lab/known_hosts\n',
    'nova/nova.conf': novaConf(entry, options),
    'nova/nova-compute.conf': NOVA_COMPUTE_CONF,
    'libvirt/versions': LIBVIRT_VERSIONS,
    'lab-packages': PACKAGES,
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(paths.etc, name);
    await mkdir(dirname(path), { recursive: true });
    // Some are read only even to their owner: a new file in place of the old one works for everybody.
    await rm(path, { force: true });
    await writeFile(path, text);
  }
  await link('lab/hosts', join(paths.etc, 'hosts'));
  await link('../usr/lib/os-release', join(paths.etc, 'os-release'));
  await link('/proc/self/mounts', join(paths.etc, 'mtab'));
  for (const program of ['virsh', 'dpkg-query'])
    await copyFile(scriptPath(program), join(paths.bin, program));
  for (const answer of ['capabilities.xml', 'domcapabilities.xml']) {
    await rm(join(paths.etc, 'libvirt', answer), { force: true });
    await copyFile(scriptPath(answer), join(paths.etc, 'libvirt', answer));
  }
  return options;
}

/** As `virsh version` of Debian 12 says it. */
const LIBVIRT_VERSIONS = `Compiled against library: libvirt 9.0.0
Using library: libvirt 9.0.0
Using API: QEMU 9.0.0
Running hypervisor: QEMU 7.2.0
`;

/** What the stand-in dpkg-query knows. */
const PACKAGES = `nova-compute 3:26.2.2-1~deb12u3
nova-common 3:26.2.2-1~deb12u3
libvirt-daemon 9.0.0-4+deb12u2
qemu-system-x86 1:7.2+dfsg-7+deb12u18
`;

function sshdConfig(entry: HostEntry): string {
  return `ListenAddress ${entry.address}
Port ${entry.sshPort}
HostKey /etc/ssh/host_key
PidFile none
UsePAM no
UseDNS no
PrintMotd no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
Subsystem sftp internal-sftp
`;
}

async function link(target: string, path: string): Promise<void> {
  await symlink(target, path).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  });
}
