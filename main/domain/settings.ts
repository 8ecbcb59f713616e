import { Failure } from './failure.ts';

/** How one compute host is reached by SSH. What is left out comes from the user's own OpenSSH configuration. */
export interface HostTarget {
  /** What the user would type after `ssh`: the name that their configuration is asked about. */
  readonly alias: string;
  readonly address?: string;
  readonly port?: number;
  readonly user?: string;
  readonly identityFile?: string;
  /** Instead of `~/.ssh/config`. */
  readonly sshConfigFile?: string;
  /** `never` if this login may not become another user; default `sudo`. */
  readonly becomeRoot?: BecomeRoot;
}

export const BECOME_ROOT = ['sudo', 'never'] as const;
export type BecomeRoot = (typeof BECOME_ROOT)[number];

/** What may be said about one host, or about all whose name matches. */
export interface HostEntry {
  /** Template with `{hypervisor}`, `{short}`, `{host_ip}`; wins over `HostName` in the OpenSSH configuration. */
  readonly address?: string | undefined;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly alias?: string | undefined;
}

/** The admin's choices, from the settings file; every value has a default. */
export interface Settings {
  readonly ssh: {
    readonly configFile?: string | undefined;
    readonly user?: string | undefined;
    readonly port?: number | undefined;
    readonly identityFile?: string | undefined;
    readonly becomeRoot: BecomeRoot;
  };
  readonly hosts: {
    /** What to type after `ssh` to reach a host: template with `{hypervisor}`, `{short}`, `{host_ip}`. */
    readonly address: string;
    /** The first whose `match` (a glob with `*` and `?`) fits the hypervisor's name counts. */
    readonly rules: readonly (HostEntry & { readonly match: string })[];
    /** By hypervisor name; wins over rules, field by field. */
    readonly overrides: Readonly<Record<string, HostEntry>>;
  };
  /** Migrations that move bytes at the same time. */
  readonly limits: {
    readonly perSource: number;
    readonly perDestination: number;
    readonly total: number;
  };
  /** Of one migration; `undefined` is no limit. */
  readonly bandwidthMibPerSecond?: number | undefined;
  /** Room that stays free on the destination's file system. */
  readonly reserveGib: number;
  /** How long a guest may take to shut down before it is asked harder. */
  readonly stopTimeoutSeconds: number;
  /** The most between two looks at the cloud. */
  readonly pollMs: number;
  readonly nova: {
    /** User that nova-compute runs as. */
    readonly user: string;
    /** Read on each host, later ones win; empty means the usual places. */
    readonly configFiles: readonly string[];
    /** Wins over what nova.conf says. */
    readonly instancesPath?: string | undefined;
    /** From a stop until Nova has heard of it from libvirt: 15 s in Nova's own code, and some more on a busy host. */
    readonly stopNewsSeconds: number;
  };
}

export const DEFAULT_SETTINGS: Settings = {
  ssh: { becomeRoot: 'sudo' },
  hosts: { address: '{hypervisor}', rules: [], overrides: {} },
  limits: { perSource: 2, perDestination: 2, total: 4 },
  reserveGib: 10,
  stopTimeoutSeconds: 120,
  pollMs: 2000,
  nova: { user: 'nova', configFiles: [], stopNewsSeconds: 20 },
};

/**
 * Where to reach a hypervisor: an override wins over the first matching rule, and both over the defaults.
 *
 * @param hostIp - Nova's `my_ip` of the host, if the cloud told it.
 * @throws Failure `settings.malformed` if a template asks for `{host_ip}` and the cloud did not tell it.
 */
export function resolveTarget(
  settings: Settings,
  hypervisorHostname: string,
  hostIp: string | undefined,
): HostTarget {
  const { ssh, hosts } = settings;
  const override = Object.hasOwn(hosts.overrides, hypervisorHostname)
    ? hosts.overrides[hypervisorHostname]
    : undefined;
  const rule = hosts.rules.find((candidate) => matchesGlob(candidate.match, hypervisorHostname));
  const fill = (template: string): string => fillTemplate(template, hypervisorHostname, hostIp);
  const alias = override?.alias ?? rule?.alias ?? hosts.address;
  const address = override?.address ?? rule?.address;
  const port = override?.port ?? rule?.port ?? ssh.port;
  const user = override?.user ?? rule?.user ?? ssh.user;
  return {
    alias: fill(alias),
    ...(address !== undefined && { address: fill(address) }),
    ...(port !== undefined && { port }),
    ...(user !== undefined && { user }),
    ...(ssh.identityFile !== undefined && { identityFile: ssh.identityFile }),
    ...(ssh.configFile !== undefined && { sshConfigFile: ssh.configFile }),
    becomeRoot: ssh.becomeRoot,
  };
}

/** True if `text` fits the pattern; `*` is any run of characters, `?` is one, case does not matter (host names). */
export function matchesGlob(pattern: string, text: string): boolean {
  const source = pattern
    .toLowerCase()
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'su').test(text.toLowerCase());
}

function fillTemplate(template: string, hypervisor: string, hostIp: string | undefined): string {
  if (template.includes('{host_ip}') && hostIp === undefined) {
    throw new Failure('settings.malformed', `the cloud does not tell the address of ${hypervisor}`, {
      hint: `Do not use {host_ip} for this host: name its address under hosts.overrides in the settings.`,
    });
  }
  const values: Readonly<Record<string, string>> = {
    '{hypervisor}': hypervisor,
    '{short}': hypervisor.split('.')[0] ?? hypervisor,
    '{host_ip}': hostIp ?? '',
  };
  // In one pass: a host may be called anything, also like one of these.
  return template.replaceAll(/\{\w+\}/g, (hole) => values[hole] ?? hole);
}
