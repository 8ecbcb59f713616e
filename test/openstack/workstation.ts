import { execa } from 'execa';
import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { MigrationView } from '../../main/contract/views.ts';
import { COLDHAUL } from '../lab/demo/coldhaul.ts';
import { AUTH_URL, password, ROOT } from './api.ts';
import { HOSTS } from './machines.ts';

/** How one command line ended. */
export interface End {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The last migration that it printed. */
  readonly migration: MigrationView | undefined;
}

/** An admin's workstation: clouds.yaml, settings, keys, known hosts, and journals of its own. */
export interface Workstation {
  run(...words: readonly string[]): Promise<End>;
  /** A command that goes on while others are run; ends with the signal at the latest. */
  start(...words: readonly string[]): Running;
}

export interface Running {
  readonly end: Promise<End>;
  interrupt(): void;
  /** `kill -9`: it leaves what it was at as it is. */
  kill(): void;
}

/** A new one with the login of an admin in the project of the guests. */
export async function openWorkstation(name: string): Promise<Workstation> {
  const parent = join(ROOT, 'workstations');
  await mkdir(parent, { recursive: true });
  const home = await mkdtemp(join(parent, `${name}-`));
  await writeFiles(home);
  const start = (...words: readonly string[]): Running => {
    const child = execa(process.execPath, [...COLDHAUL, ...words], {
      env: environment(home),
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
    });
    return {
      end: child.then(({ exitCode, stdout, stderr }) => ({
        exitCode: exitCode ?? -1,
        stdout,
        stderr,
        migration: lastMigration(stdout),
      })),
      interrupt: () => void child.kill('SIGINT'),
      kill: () => void child.kill('SIGKILL'),
    };
  };
  return { start, run: (...words) => start(...words).end };
}

function environment(home: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: home,
    OS_CLIENT_CONFIG_FILE: join(home, 'clouds.yaml'),
    OS_CLOUD: 'real',
    COLDHAUL_SETTINGS: join(home, 'settings.yaml'),
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
  };
}

async function writeFiles(home: string): Promise<void> {
  const keys = join(ROOT, 'keys');
  const real = {
    auth: {
      auth_url: AUTH_URL,
      username: 'admin',
      password: password(),
      project_name: 'demo',
      user_domain_id: 'default',
      project_domain_id: 'default',
    },
    region_name: 'RegionOne',
    identity_api_version: 3,
  };
  await writeFile(join(home, 'clouds.yaml'), stringify({ clouds: { real } }));
  await chmod(join(home, 'clouds.yaml'), 0o600);
  // Our ssh knows a home only from the password file, so its configuration is named.
  await writeFile(
    join(home, 'ssh_config'),
    HOSTS.map(
      (host) => `Host ${host}\n  User root\n  UserKnownHostsFile ${join(keys, 'known_hosts')}\n`,
    ).join(''),
  );
  await writeFile(
    join(home, 'settings.yaml'),
    stringify({
      ssh: { configFile: join(home, 'ssh_config'), identityFile: join(keys, 'operator'), user: 'root' },
      hosts: { overrides: { hostA: { address: '10.98.0.11' }, hostB: { address: '10.98.0.12' } } },
      reserveGib: 0,
    }),
  );
}

function lastMigration(stdout: string): MigrationView | undefined {
  for (const line of stdout.trim().split('\n').toReversed()) {
    try {
      const read = MigrationView.safeParse(JSON.parse(line));
      if (read.success) return read.data;
    } catch {
      // Not every line is JSON.
    }
  }
  return undefined;
}
