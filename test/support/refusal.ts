import { expect } from 'vitest';
import { z } from 'zod';
import { FAILURE_CODES, type FailureCode } from '../../main/domain/failure.ts';
import type { ExitCode } from '../../main/cli/exit-codes.ts';
import { coldhaul, type ColdhaulOptions, type CommandEnd } from '../lab/demo/coldhaul.ts';
import type { Lab } from '../lab/start-lab.ts';
import { INSTANCES_PATH, type LabHost } from '../lab/types.ts';

/** How a command line has to end that cannot be carried out. */
export interface Expected {
  readonly exit: ExitCode;
  readonly code: FailureCode;
  /** What the message and its hint must tell: names, numbers, the way out. */
  readonly says: readonly (string | RegExp)[];
  /** True if an answer of the cloud is to blame: its request id is told. */
  readonly requestId?: boolean;
}

const Told = z.object({
  error: z.strictObject({
    code: z.enum(FAILURE_CODES),
    message: z.string().min(1),
    hint: z.string().optional(),
    requestId: z
      .string()
      .regex(/^req-[\w-]+$/)
      .optional(),
  }),
});
export type TellTale = z.infer<typeof Told>['error'];

/**
 * Runs the command line, and sees to it that it is refused in one clear message, in words and as JSON, and that
 * nothing has changed on any host and in the cloud.
 *
 * @returns what was told, for further questions.
 */
export async function refused(
  lab: Lab,
  words: readonly string[],
  expected: Expected,
  options: ColdhaulOptions = {},
): Promise<TellTale> {
  const before = await everything(lab);
  const end = await coldhaul(lab.paths, [...words, '--json'], options);
  const told = expectRefusal(end, expected);
  expect(await everything(lab)).toEqual(before);
  return told;
}

/** The part of `refused` that looks at the words alone; `--json` must have been among them. */
export function expectRefusal(end: CommandEnd, expected: Expected): TellTale {
  expect(`exit ${end.exitCode}\n${end.stdout}\n${end.stderr}`).toMatch(`exit ${expected.exit}\n`);
  const { error } = Told.parse(JSON.parse(end.stdout));
  expect(error).toMatchObject({ code: expected.code });
  if (expected.requestId === true) expect(end.stderr).toContain(`request id: ${error.requestId ?? 'none'}`);
  const [first, ...more] = end.stderr.split('\n').filter((line) => line.startsWith('coldhaul: '));
  expect(first).toContain('coldhaul: ');
  expect(more).toEqual([]);
  // The last thing on the screen is the message with its way out.
  const message = end.stderr.slice(end.stderr.indexOf('coldhaul: '));
  expect(error.hint ?? '', message).not.toBe('');
  for (const part of expected.says) expect(message).toMatch(part);
  expectCalm(message);
  return error;
}

/** No stack trace, no defect, nothing that would drive a terminal. */
export function expectCalm(text: string): void {
  expect(text).not.toMatch(/^\s+at .+[:(]/m);
  expect(text).not.toMatch(/node:internal|defect of Coldhaul|\[object Object\]|undefined/);
  expect(text).not.toMatch(/[^\P{Cc}\n]|[\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
}

const TREE =
  'cd "$1" && find . -printf "%p %y %m %u:%g %s %T@ %l\\0" | sort -z | tr "\\0" "\\n"; ' +
  'find . -type f -print0 | sort -z | xargs -0 -r b2sum -l 256 -z -- | tr "\\0" "\\n"; ' +
  'virsh list --all; find /run/coldhaul -type f 2>/dev/null';

/** Every file of every host with owner, mode, time and digest, and all that the cloud remembers of its servers. */
export async function everything(lab: Lab): Promise<Readonly<Record<string, unknown>>> {
  const { servers, state, calls } = lab.cloud;
  const files = await Promise.all(lab.hosts.map(async (host) => [host.name, await tree(host)] as const));
  return {
    ...Object.fromEntries(files),
    servers: [...servers.values()].map(
      ({ id, host, vmState, taskState, powerState, locked, lockedReason, updatedAtMs }) =>
        [id, host, vmState, taskState, powerState, locked, lockedReason, updatedAtMs].join(' '),
    ),
    migrations: state.migrations.map(({ id, status }) => `${id} ${status}`),
    orders: calls.filter(({ service, method }) => service !== 'identity' && method !== 'GET').length,
  };
}

async function tree(host: LabHost): Promise<string> {
  const { code, stdout, stderr } = await host.exec(['sh', '-c', TREE, 'test', INSTANCES_PATH]);
  if (code > 1 || stderr !== '') throw new Error(`${host.name}: ${stderr}`);
  return stdout;
}
