import { z } from 'zod';
import { BECOME_ROOT, DEFAULT_SETTINGS, type Settings } from '../../domain/settings.ts';

const text = z.string().trim().min(1);
const port = z.int().min(1).max(65_535);
const atOnce = z.int().min(1).max(64);

const HOLES = /\{([^}]*)\}/g;
const KNOWN_HOLES = ['hypervisor', 'short', 'host_ip'];

const template = text.refine(
  (value) => [...value.matchAll(HOLES)].every(([, hole = '']) => KNOWN_HOLES.includes(hole)),
  {
    error: 'only {hypervisor}, {short} and {host_ip} can stand between braces',
  },
);

const entry = {
  address: template.optional(),
  port: port.optional(),
  user: text.optional(),
  alias: template.optional(),
};

const { ssh, hosts, limits, nova, ...others } = DEFAULT_SETTINGS;

/** The settings file. A section or a value that is left out has its default. */
export const SettingsFile = z.strictObject({
  ssh: z
    .strictObject({
      configFile: text.optional(),
      user: text.optional(),
      port: port.optional(),
      identityFile: text.optional(),
      becomeRoot: z.enum(BECOME_ROOT).default(ssh.becomeRoot),
    })
    .prefault({}),
  hosts: z
    .strictObject({
      address: template.default(hosts.address),
      rules: z.array(z.strictObject({ match: text, ...entry })).default([]),
      overrides: z.record(z.string(), z.strictObject(entry)).default({}),
    })
    .prefault({}),
  limits: z
    .strictObject({
      perSource: atOnce.default(limits.perSource),
      perDestination: atOnce.default(limits.perDestination),
      total: atOnce.default(limits.total),
    })
    .prefault({}),
  bandwidthMibPerSecond: z.number().positive().max(1_000_000).optional(),
  reserveGib: z.number().min(0).max(1_000_000).default(others.reserveGib),
  stopTimeoutSeconds: z.int().min(1).max(86_400).default(others.stopTimeoutSeconds),
  pollMs: z.int().min(100).max(60_000).default(others.pollMs),
  nova: z
    .strictObject({
      user: text.default(nova.user),
      configFiles: z.array(text).default([...nova.configFiles]),
      instancesPath: text.startsWith('/').optional(),
      stopNewsSeconds: z.int().min(0).max(3600).default(nova.stopNewsSeconds),
    })
    .prefault({}),
}) satisfies z.ZodType<Settings>;
