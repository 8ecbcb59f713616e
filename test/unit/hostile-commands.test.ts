import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fact } from '../../main/domain/facts.ts';
import type { Plan } from '../../main/domain/plan.ts';
import type { Ports } from '../../main/domain/ports.ts';
import { openCase } from '../../main/domain/recovery/case-file.ts';
import { describeAction } from '../../main/domain/recovery/describe.ts';
import { diagnose, offers } from '../../main/domain/recovery/diagnose.ts';
import type { Evidence } from '../../main/domain/recovery/evidence.ts';
import { listCommands } from '../../main/engine/planning/commands.ts';
import { describeCopy } from '../../main/services/transfer/copy.ts';
import { hostileFileName } from '../support/hostile-names.ts';
import { randomEvidence } from '../support/random-evidence.ts';
import { diskPlan, IMAGE_BASE, INSTANCES, plan } from '../support/samples.ts';
import { temporaryDirectory } from '../support/temporary.ts';

/**
 * What is written out for a person to copy, with plain names and with hostile ones: a real shell, whose programs only tell
 * their words, must hear the same programs with the same words, but for the names.
 */

const END = '---';
const USUAL = [
  ...[
    'openstack',
    'virsh',
    'qemu-img',
    'rsync',
    'mkdir',
    'ln',
    'mv',
    'rm',
    'rmdir',
    'touch',
    'chown',
    'chmod',
    'kill',
  ],
  ...['sync', 'b2sum', 'xargs', 'sudo', 'ssh'],
];
/**
 * With no path there is no program, and bash hands the words of every one to this function, which tells how many there are
 * and which, ended by NUL; in a pipe they all do. What is built in and would act is put aside.
 */
const PRELUDE = [
  'exec 3>&1',
  // bash hands on what it prints at every end of a line: without any, a record comes whole from either side of a pipe.
  "mark=$'\\1' newline=$'\\n'",
  'say() {',
  '  local words=("${@//$mark/$mark-}")',
  `  printf '%s\\0' "$#" "\${words[@]//$newline/$mark+}" >&3`,
  '}',
  'command_not_found_handle() { say "$@"; }',
  // These by name, because that costs no process of its own.
  ...USUAL.map((program) => `${program}() { say ${program} "$@"; }`),
  'date() { printf now; }',
  // The last word is a command for the shell of the other side.
  'ssh() { say ssh "${@:1:$#-1}"; eval "${!#}"; }',
  '',
].join('\n');

/** The commands of a list as their programs heard them; those of one pipe in the order of their names. */
function heard(commands: readonly string[]): readonly (readonly string[])[] {
  const cwd = temporaryDirectory();
  // One after another, each parsed by itself: a quote that one leaves open must not swallow the next.
  const words = commands.flatMap((command) => ['eval', quoted(command), ';', 'say', END, '\n']).join(' ');
  const script = `${PRELUDE}${words}`;
  const said = execFileSync('/bin/bash', ['-s'], {
    cwd,
    input: script,
    env: { PATH: '/nonexistent' },
    stdio: 'pipe',
  });
  expect(readdirSync(cwd)).toEqual([]);
  const groups: string[][] = [[]];
  const fields = said
    .toString('utf8')
    .split('\0')
    .map((field) => field.replaceAll('\u0001+', '\n').replaceAll('\u0001-', '\u0001'));
  for (let at = 0; at < fields.length - 1;) {
    const next = at + 1 + Number(fields[at]);
    const record = fields.slice(at + 1, next);
    if (record.length === 1 && record[0] === END) groups.push([]);
    else groups.at(-1)?.push(record.join('\0'));
    at = next;
  }
  return groups.slice(0, -1).map((group) => group.toSorted());
}

/** Of the test's own, so that it does not lean on what it tests. */
function quoted(text: string): string {
  return `'${text.split("'").join(`'"'"'`)}'`;
}

/** Names stand for themselves in both worlds: longest first, for one may be part of another. */
type Names = ReadonlyMap<string, string>;

function renamed(text: string, names: Names): string {
  const plain = [...names.keys()].sort((one, other) => other.length - one.length);
  const any = new RegExp(
    plain.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('|'),
    'g',
  );
  return text.replaceAll(any, (name) => names.get(name) ?? name);
}

/** The same value with other names in every text of it. */
function inside<T>(value: T, names: Names): T {
  if (typeof value === 'string') return renamed(value, names) as T;
  if (Array.isArray(value)) return value.map((part: unknown) => inside(part, names)) as T;
  if (typeof value !== 'object' || value === null || value instanceof Map) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, inside<unknown>(part, names)]),
  ) as T;
}

function expectSame(plain: readonly string[], hostile: readonly string[], names: Names): void {
  const wanted = heard(plain).map((group) => group.map((record) => renamed(record, names)).toSorted());
  expect(wanted.flat().length).toBeGreaterThan(0);
  expect(heard(hostile)).toEqual(wanted);
}

/** Short enough to be told at once by either side of a pipe. */
const name = hostileFileName.map((text) => Array.from(text).slice(0, 200).join(''));

const ports = { transfer: { describeCopy } } as unknown as Ports<Fact>;
const EPHEMERAL = 'ephemeral_1_0706d66';

/** A plan with all that a plan can have. */
function fullPlan(route: Plan['route'], running: boolean): Plan {
  const bases = [IMAGE_BASE, EPHEMERAL].map((name, index) => ({
    path: `${INSTANCES}/_base/${name}`,
    sizeBytes: 512,
    allocatedBytes: 512,
    format: 'raw',
    action: index === 0 ? ('stage' as const) : ('present' as const),
    reason: 'a test',
  }));
  const usual = plan();
  return {
    ...usual,
    route,
    server: { ...usual.server, running },
    bases,
    disks: [diskPlan('disk'), diskPlan('disk.eph0', { role: 'ephemeral', strategy: 'flatten' })],
  };
}

test('a plan has the same commands whatever host, user, directory, disk and base are called', () => {
  fc.assert(
    fc.property(
      fc.noShrink(fc.tuple(name, name, name, name, name, name)),
      fc.constantFrom('seed' as const, 'thin' as const, 'nova' as const),
      fc.boolean(),
      ([a, b, directory, disk, base, ephemeral], route, running) => {
        const names = new Map([
          ['hostA', `a${a}`],
          ['hostB', `b${b}`],
          [INSTANCES, `/srv/${directory}`],
          ['disk.eph0', `disk.${disk}`],
          [IMAGE_BASE, base],
          [EPHEMERAL, ephemeral],
        ]);
        const usual = fullPlan(route, running);
        const list = (of: Plan): readonly string[] => listCommands(of, ports).map(({ command }) => command);
        expectSame(list(usual), list(inside(usual, names)), names);
      },
    ),
    { numRuns: 40 },
  );
});

/** Statements for a database are no commands; commands.test.ts has them. */
const isStatement = (command: string): boolean => /^(?:SELECT|UPDATE|--) /.test(command);

function stepsOf(evidence: Evidence): readonly string[] {
  const file = openCase(evidence);
  const all = diagnose(evidence);
  return all.flatMap((diagnosis) =>
    offers(evidence, diagnosis, all).flatMap(({ action }) => describeAction(action, file).commands),
  );
}

test('the steps out of a stuck state have the same commands whatever host and directory are called', () => {
  let compared = 0;
  fc.assert(
    fc.property(
      fc.noShrink(randomEvidence),
      fc.noShrink(fc.tuple(name, name, name, name)),
      (evidence, [a, b, c, directory]) => {
        // In the order of the plain ones, which decides between two equals.
        const names = new Map([
          ['hostA', `hostA${a}`],
          ['hostB', `hostB${b}`],
          ['hostC', `hostC${c}`],
          [INSTANCES, `/srv/${directory}`],
        ]);
        const plain = stepsOf(evidence).filter((command) => !isStatement(command));
        const hostile = stepsOf(inside(evidence, names)).filter((command) => !isStatement(command));
        fc.pre(plain.length > 0);
        compared += plain.length;
        expectSame(plain, hostile, names);
      },
    ),
    { numRuns: 80 },
  );
  expect(compared).toBeGreaterThan(100);
});
