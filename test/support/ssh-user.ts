import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHosts } from '../../main/services/ssh/hosts.ts';
import type { Asker, Hosts, LogLine } from '../../main/domain/ports.ts';
import type { HostTarget } from '../../main/domain/settings.ts';

/** A user with an OpenSSH configuration and known_hosts of their own, who notes what they are asked. */
export interface SshUser {
  readonly home: string;
  readonly configFile: string;
  readonly knownHosts: string;
  /** What was asked, such as `key host ssh-ed25519 SHA256:…` or `passphrase /path`. */
  readonly asked: readonly string[];
  readonly lines: readonly LogLine[];
  writeConfig(lines: readonly string[]): Promise<void>;
  hosts(options?: {
    readonly target?: Partial<HostTarget>;
    readonly env?: Readonly<Record<string, string>>;
    readonly maxOutputBytes?: number;
  }): Hosts;
  remove(): Promise<void>;
}

/** @param answers - Overrides a user who says no to everything. */
export async function makeSshUser(answers: Partial<Asker> = {}): Promise<SshUser> {
  const home = await mkdtemp(join(tmpdir(), 'coldhaul-user-'));
  const [configFile, knownHosts] = [join(home, 'config'), join(home, '.ssh', 'known_hosts')];
  const asked: string[] = [];
  const lines: LogLine[] = [];
  const asker: Asker = {
    async acceptHostKey(question) {
      asked.push(`key ${question.host} ${question.keyType} ${question.fingerprint}`);
      return (await answers.acceptHostKey?.(question)) ?? false;
    },
    async passphrase(question) {
      asked.push(`passphrase ${question.keyFile}`);
      return await answers.passphrase?.(question);
    },
  };
  const writeConfig = async (config: readonly string[]): Promise<void> => {
    const common = ['Host *', '  IdentityAgent none', `  UserKnownHostsFile ${knownHosts}`];
    await writeFile(configFile, [...config, ...common, '  GlobalKnownHostsFile /dev/null', ''].join('\n'));
  };
  await writeConfig([]);
  return {
    home,
    configFile,
    knownHosts,
    asked,
    lines,
    writeConfig,
    hosts: ({ target = {}, env = {}, maxOutputBytes } = {}) =>
      createHosts({
        asker,
        home,
        log: (line) => lines.push(line),
        env: { PATH: process.env['PATH'], ...env },
        resolve: (alias) => ({ alias, sshConfigFile: configFile, ...target }),
        ...(maxOutputBytes !== undefined && { maxOutputBytes }),
      }),
    remove: async () => {
      await rm(home, { recursive: true, force: true });
    },
  };
}
