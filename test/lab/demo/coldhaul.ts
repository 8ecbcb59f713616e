import { execa } from 'execa';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LabPaths } from '../lab-files.ts';

/** How one command line ended; nothing is thrown for a non-zero exit. */
export interface CommandEnd {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ColdhaulOptions {
  /** Standard error goes to ours as it comes. */
  readonly show?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly cwd?: string;
}

const CLI = fileURLToPath(new URL('../../../main/cli.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');

/**
 * The words with which Node runs the command line: the built one where the environment names it, as a whole run of the
 * tests does, else from its sources, which takes four times as long to start.
 */
export const COLDHAUL = builtCli() ?? (['--import', TSX, CLI] as const);

function builtCli(): readonly [string] | undefined {
  const path = process.env['COLDHAUL_BUILT_CLI'] ?? '';
  return path === '' ? undefined : [path];
}

/** The environment of somebody whose clouds, settings, journals and keys are the lab's, and nothing else. */
export function labEnvironment(paths: LabPaths): Record<string, string> {
  const home = join(paths.directory, 'home');
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: home,
    OS_CLIENT_CONFIG_FILE: paths.cloudsYaml,
    OS_CLOUD: 'lab',
    COLDHAUL_SETTINGS: paths.settingsYaml,
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
  };
}

/** Runs the command line as its user would, in a process of its own. */
export async function coldhaul(
  paths: LabPaths,
  words: readonly string[],
  options: ColdhaulOptions = {},
): Promise<CommandEnd> {
  const env = labEnvironment(paths);
  await mkdir(env['HOME'] ?? paths.directory, { recursive: true });
  const { exitCode, stdout, stderr } = await execa(process.execPath, [...COLDHAUL, ...words], {
    env: { ...env, ...options.env },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    stderr: options.show === true ? ['pipe', 'inherit'] : 'pipe',
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.signal !== undefined && { cancelSignal: options.signal }),
  });
  return { exitCode: exitCode ?? -1, stdout, stderr };
}
