import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import type { Log } from '../../domain/ports.ts';
import type { HostTarget } from '../../domain/settings.ts';
import { exec } from '../system/exec.ts';

/** What OpenSSH would use for a host, reduced to what we honour. */
export interface HostConfig {
  readonly alias: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** In the order of trying; they need not exist. */
  readonly identityFiles: readonly string[];
  /** Socket of the agent; `undefined` if none may be used. */
  readonly agentSocket: string | undefined;
  readonly identitiesOnly: boolean;
  /** Jump hosts, nearest us first, as `[user@]host[:port]`. */
  readonly jumps: readonly string[];
  /** Name under which known_hosts has it, as ssh writes it: `host`, or `[host]:port`. */
  readonly knownAs: string;
  /** New keys go to the first. */
  readonly userKnownHosts: readonly string[];
  readonly globalKnownHosts: readonly string[];
  readonly hashKnownHosts: boolean;
  /** False for `StrictHostKeyChecking yes`: then an unknown key is refused without a question. */
  readonly mayAskForKey: boolean;
  readonly connectTimeoutMs: number;
}

export interface ConfigOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly log: Log;
}

const DEFAULT_TIMEOUT_MS = 20_000;
const USUAL_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** Letters, digits and what addresses need: names come from the cloud, and `Match exec` lines may put them into a shell. */
const HOST_NAME = /^[A-Za-z0-9_:][A-Za-z0-9_.:%-]*$/;
const USER_NAME = /^[A-Za-z0-9_.][A-Za-z0-9_.@$+-]*$/;

/**
 * Asks the user's own ssh (`ssh -G`) how it would reach a target; explicit values of the target win, as they would on
 * ssh's command line. Without an ssh on this machine, OpenSSH's defaults are taken.
 *
 * @throws Failure `host.unreachable` if the name cannot be one, or the configuration is broken or asks for a
 * ProxyCommand, which we do not run.
 */
export async function readHostConfig(target: HostTarget, options: ConfigOptions): Promise<HostConfig> {
  refuseOddNames(target);
  const read = await askSsh(target, options);
  const one = (key: string): string | undefined => read.get(key)?.[0];
  const proxyCommand = one('proxycommand');
  if (proxyCommand !== undefined && proxyCommand !== 'none') {
    throw new Failure(
      'host.unreachable',
      `ssh reaches ${target.alias} by a ProxyCommand, which is not supported`,
      {
        hint: 'Use ProxyJump in the OpenSSH configuration for this host.',
      },
    );
  }
  const address = target.address ?? one('hostname') ?? target.alias;
  const port = target.port ?? Number(one('port') ?? 22);
  const user = target.user ?? one('user') ?? userInfo().username;
  const place = (path: string): string =>
    expandPath(path, { home: options.home, alias: target.alias, address, port, user });
  const files = target.identityFile === undefined ? (read.get('identityfile') ?? []) : [target.identityFile];
  const known = one('hostkeyalias') ?? address;
  return {
    alias: target.alias,
    address,
    port,
    user,
    identityFiles: files.map(place),
    agentSocket: agentSocket(one('identityagent'), options.env, place),
    identitiesOnly: one('identitiesonly') === 'yes',
    jumps: jumpsOf(one('proxyjump')),
    // A HostKeyAlias stands without the port (ssh_config(5); OpenSSH sshconnect.c get_hostfile_hostname_ipaddr).
    knownAs: one('hostkeyalias') === undefined && port !== 22 ? `[${known}]:${String(port)}` : known,
    userKnownHosts: pathList(one('userknownhostsfile')).map(place),
    globalKnownHosts: pathList(one('globalknownhostsfile')).map(place),
    hashKnownHosts: one('hashknownhosts') === 'yes',
    mayAskForKey: !['yes', 'true'].includes(one('stricthostkeychecking') ?? 'ask'),
    connectTimeoutMs: (Number(one('connecttimeout')) || DEFAULT_TIMEOUT_MS / 1000) * 1000,
  };
}

function refuseOddNames({ alias, address, user }: HostTarget): void {
  const odd = [alias, address].find((name) => name !== undefined && !HOST_NAME.test(name));
  if (odd !== undefined) {
    throw new Failure('host.unreachable', `${JSON.stringify(odd)} cannot be the name of a host`, {
      hint: 'Say in the settings, under hosts.overrides, how this host is reached.',
    });
  }
  if (user !== undefined && !USER_NAME.test(user)) {
    throw new Failure('host.unreachable', `${JSON.stringify(user)} cannot be the name of a user`);
  }
}

async function askSsh(
  target: HostTarget,
  options: ConfigOptions,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const argv = [
    ...['ssh', '-G'],
    ...(target.sshConfigFile === undefined ? [] : ['-F', expandHome(target.sshConfigFile, options.home)]),
    ...(target.port === undefined ? [] : ['-p', String(target.port)]),
    ...(target.user === undefined ? [] : ['-l', target.user]),
    ...(target.address === undefined ? [] : ['-o', `HostName=${target.address.replaceAll('%', '%%')}`]),
    ...['--', target.alias],
  ];
  try {
    const result = await exec(argv, { env: options.env });
    if (result.kind === 'exited' && result.code === 0) return parseConfig(result.stdout);
    throw new Failure(
      'host.unreachable',
      `ssh refuses its configuration for ${target.alias}: ${result.stderr.trim()}`,
      {
        hint: `Run: ${argv.join(' ')}`,
      },
    );
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'host.tool-missing') throw error;
    options.log({
      level: 'warn',
      host: target.alias,
      message: 'There is no ssh on this machine, so ~/.ssh/config is not read; OpenSSH’s defaults are used.',
    });
    return defaults();
  }
}

/** `ssh -G` prints `key value` lines with lower-case keys; a key may come several times. */
export function parseConfig(text: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const line of text.split(/\r?\n/)) {
    const space = line.indexOf(' ');
    if (space <= 0) continue;
    const key = line.slice(0, space);
    values.set(key, [...(values.get(key) ?? []), line.slice(space + 1)]);
  }
  return values;
}

function defaults(): ReadonlyMap<string, readonly string[]> {
  return new Map([
    ['identityfile', USUAL_KEYS.map((name) => `~/.ssh/${name}`)],
    ['userknownhostsfile', ['~/.ssh/known_hosts']],
    ['globalknownhostsfile', ['/etc/ssh/ssh_known_hosts']],
  ]);
}

function jumpsOf(value: string | undefined): readonly string[] {
  return value === undefined || value === 'none' ? [] : value.split(',').map((jump) => jump.trim());
}

/** ssh prints several paths on one line, without quotes; a new one starts where a path can start. */
export function pathList(value: string | undefined): readonly string[] {
  if (value === undefined || value === 'none') return [];
  return value.split(/ +(?=[~/%]|[A-Za-z]:[\\/]|\$\{|__PROGRAMDATA__)/u).filter((path) => path !== 'none');
}

function agentSocket(
  setting: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  place: (path: string) => string,
): string | undefined {
  if (setting === 'none') return undefined;
  if (setting === undefined || setting === 'SSH_AUTH_SOCK') {
    const usual = process.platform === 'win32' ? String.raw`\\.\pipe\openssh-ssh-agent` : undefined;
    return nonEmpty(env['SSH_AUTH_SOCK']) ?? usual;
  }
  return setting.startsWith('$') ? nonEmpty(env[setting.replace(/^\$\{?|\}$/g, '')]) : place(setting);
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function expandHome(path: string, home: string): string {
  return path === '~' || /^~[\\/]/.test(path) ? join(home, path.slice(1)) : path;
}

interface Names {
  readonly home: string;
  readonly alias: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
}

/** The tokens of ssh_config(5) that make sense in a file name; `ssh -G` prints some of them unexpanded. */
function expandPath(path: string, { home, alias, address, port, user }: Names): string {
  const tokens: Readonly<Record<string, string>> = {
    '%%': '%',
    '%d': home,
    '%h': address,
    '%n': alias,
    '%p': String(port),
    '%r': user,
    '%u': userInfo().username,
  };
  const expanded = expandHome(path, home)
    .replaceAll('__PROGRAMDATA__', process.env['ProgramData'] ?? String.raw`C:\ProgramData`)
    .replaceAll(/%./g, (token) => tokens[token] ?? token);
  return isAbsolute(expanded) ? expanded : join(home, expanded);
}
