import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Credentials } from './cloud/lab-cloud.ts';
import type { RunningHost } from './hosts/types.ts';

/** Files by which programs on this machine use the lab. */
export interface LabPaths {
  readonly directory: string;
  /** Clouds `lab` (admin) and `lab-member`. */
  readonly cloudsYaml: string;
  /** Coldhaul's own settings: where the hosts are, and as whom to log in. */
  readonly settingsYaml: string;
  readonly openrc: string;
  readonly sshConfig: string;
  readonly knownHosts: string;
  readonly identityFile: string;
}

export function labPaths(directory: string): LabPaths {
  return {
    directory,
    cloudsYaml: join(directory, 'clouds.yaml'),
    settingsYaml: join(directory, 'settings.yaml'),
    openrc: join(directory, 'openrc'),
    sshConfig: join(directory, 'ssh_config'),
    knownHosts: join(directory, 'known_hosts'),
    identityFile: join(directory, 'keys', 'operator'),
  };
}

/** Who the workstation logs in as: `operator` where sudo works, else root. */
export function loginOf(hosts: readonly RunningHost[]): string {
  return hosts.every((host) => host.capabilities.sudo) ? 'operator' : 'root';
}

export async function writeLabFiles(
  directory: string,
  hosts: readonly RunningHost[],
  credentials: { readonly admin: Credentials; readonly member: Credentials },
): Promise<void> {
  const paths = labPaths(directory);
  await mkdir(directory, { recursive: true });
  const clouds = { lab: cloud(credentials.admin), 'lab-member': cloud(credentials.member) };
  await writeSecret(paths.cloudsYaml, stringify({ clouds }));
  await writeSecret(paths.openrc, openrc(credentials.admin));
  const overrides = hosts.map(({ name, address, sshPort }) => [name, { address, port: sshPort }] as const);
  await writeSecret(
    paths.settingsYaml,
    stringify({
      ssh: { configFile: paths.sshConfig, identityFile: paths.identityFile, user: loginOf(hosts) },
      hosts: { overrides: Object.fromEntries(overrides) },
      // The disks are small and so is the room.
      reserveGib: 0,
      pollMs: 500,
      // The lab's libvirt tells of a stop at once.
      nova: { stopNewsSeconds: 0 },
    }),
  );
}

function cloud(login: Credentials) {
  return {
    auth: {
      auth_url: login.authUrl,
      username: login.userName,
      password: login.password,
      project_name: login.projectName,
      user_domain_id: login.domainId,
      project_domain_id: login.domainId,
    },
    region_name: login.region,
    identity_api_version: 3,
  };
}

function openrc(login: Credentials): string {
  const variables = {
    OS_AUTH_URL: login.authUrl,
    OS_USERNAME: login.userName,
    OS_PASSWORD: login.password,
    OS_PROJECT_NAME: login.projectName,
    OS_USER_DOMAIN_ID: login.domainId,
    OS_PROJECT_DOMAIN_ID: login.domainId,
    OS_REGION_NAME: login.region,
    OS_IDENTITY_API_VERSION: '3',
  };
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`)
    .join('');
}

async function writeSecret(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
}
