import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { CloudProfile } from '../../domain/cloud-profile.ts';
import { Failure } from '../../domain/failure.ts';
import { cloudOfEnvironment } from './environment.ts';
import type { Statement, Word } from './shell-words.ts';
import { readStatement } from './shell-words.ts';
import { toProfile } from './to-profile.ts';

/**
 * Loads a cloud from an openrc file, as the dashboard and deployment tools write it. The file is read, never run.
 *
 * @param home - The user's home folder, the value of `$HOME` and `~`.
 * @throws Failure `profile.not-found`, `profile.malformed` with the line
 */
export async function loadOpenrc(path: string, home: string): Promise<CloudProfile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new Failure('profile.not-found', `The openrc file ${path} cannot be read (${code}).`, {
      hint: 'Check the path, its owner and its permissions.',
      cause,
    });
  }
  const variables = parseOpenrc(path, text, home);
  const raw = cloudOfEnvironment(variables);
  if (raw === undefined) {
    throw new Failure('profile.malformed', `${path} sets no OS_* variables that describe a cloud.`, {
      hint: 'Give the openrc file that you would source before calling "openstack".',
    });
  }
  return toProfile(raw, { name: nameOfOpenrc(path), source: path, where: path, cwd: dirname(path), home });
}

/** `admin-openrc.sh` is the cloud `admin`. */
export function nameOfOpenrc(path: string): string {
  return basename(path).replace(/[-.]?openrc(\.sh)?$|\.sh$/, '') || 'openrc';
}

/** Lines that only tidy up: they unset what is empty, or what the shell had before. Nothing to do for us. */
const TIDYING = [
  /^if \[ -z "?\$\{?(\w+)\}?"? \]; *then +unset \1; *fi *(?:#.*)?$/,
  /^for (\w+) in \$\(.*\) *; *do +unset +\$\{?\1\}? *; *done *(?:#.*)?$/,
] as const;

/** What a file may ask for. */
const SECRETS: ReadonlySet<string> = new Set(['OS_PASSWORD', 'OS_APPLICATION_CREDENTIAL_SECRET', 'OS_TOKEN']);

const ASSIGNMENT = /^([A-Za-z_]\w*)=/;

/**
 * The `OS_*` variables that a shell would have after sourcing the text.
 *
 * @throws Failure `profile.malformed` with the line, for anything that would have to be run to know it
 */
export function parseOpenrc(path: string, text: string, home: string): Readonly<Record<string, string>> {
  const { variables, asks } = readOpenrc(path, text, home);
  const [question] = asks;
  if (question === undefined) return variables;
  throw malformed(
    path,
    question.line,
    'asks for something when it is sourced (read)',
    'Replace the line, and those that use what it reads, by export OS_PASSWORD=…; or use an application credential.',
  );
}

/** A secret that the file would ask for when it is sourced: `read -sr OS_PASSWORD_INPUT`. */
export interface OpenrcQuestion {
  readonly line: number;
  /** The variable that would get the answer. */
  readonly variable: string;
}

/**
 * The same, for a file that may ask for the password; what would be typed is then missing in the variables.
 *
 * @throws Failure `profile.malformed` with the line
 */
export function readOpenrc(
  path: string,
  text: string,
  home: string,
): { readonly variables: Readonly<Record<string, string>>; readonly asks: readonly OpenrcQuestion[] } {
  const variables = new Map<string, Word>([['HOME', { text: home, unknown: undefined }]]);
  const asks: OpenrcQuestion[] = [];
  for (let at = 0; at < text.length;) {
    const lineEnd = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
    const line = text.slice(at, lineEnd).trim();
    if (TIDYING.some((pattern) => pattern.test(line))) {
      at = lineEnd + 1;
      continue;
    }
    const read = readStatement(text, at, variables);
    if (!('statement' in read)) throw malformed(path, read.line, 'opens a quote that is never closed');
    if (!asked(read.statement, variables, asks)) carryOut(path, read.statement, variables);
    at = read.next;
  }
  const known = [...variables].filter(
    ([name, { unknown }]) => name.startsWith('OS_') && unknown === undefined,
  );
  return { variables: Object.fromEntries(known.map(([name, { text: value }]) => [name, value])), asks };
}

const TYPED = 'what would be typed';

/** Notes a question; its answer, and a secret that is set to it, stay unknown. */
function asked(statement: Statement, variables: Map<string, Word>, asks: OpenrcQuestion[]): boolean {
  const words = statement.words.map((word) => word.text);
  const variable = words.at(-1) ?? '';
  if (words[0] !== 'read' || words.length < 2 || !/^[A-Za-z_]\w*$/.test(variable)) return false;
  asks.push({ line: statement.line, variable });
  variables.set(variable, { text: '', unknown: TYPED });
  return true;
}

function carryOut(path: string, statement: Statement, variables: Map<string, Word>): void {
  const { line, operator } = statement;
  const [first, ...others] = statement.words;
  if (first === undefined) return;
  switch (first.text) {
    case 'echo':
    case 'printf':
    case 'set':
      return;
    case 'unset':
      for (const { text: name } of others) variables.delete(name);
      return;
    default: {
      const words = first.text === 'export' ? others : statement.words;
      if (operator !== undefined || !words.every((word) => /^[A-Za-z_]\w*(=|$)/.test(word.text))) {
        throw notUnderstood(path, line, first);
      }
      if (first.text !== 'export' && !words.every((word) => ASSIGNMENT.test(word.text))) {
        throw notUnderstood(path, line, first);
      }
      for (const word of words) assign(path, line, word, variables);
    }
  }
}

function assign(path: string, line: number, word: Word, variables: Map<string, Word>): void {
  const name = ASSIGNMENT.exec(word.text)?.[1];
  if (name === undefined) return;
  const isSecret = word.unknown === TYPED && SECRETS.has(name);
  if (word.unknown !== undefined && name.startsWith('OS_') && !isSecret) {
    throw malformed(path, line, `sets ${name} to ${word.unknown}`);
  }
  variables.set(name, { text: word.text.slice(name.length + 1), unknown: word.unknown });
}

function notUnderstood(path: string, line: number, first: Word): Failure {
  const command = /^[a-z.[]+$/.test(first.text) ? ` ("${first.text}")` : '';
  return malformed(path, line, `does more than set variables${command}`);
}

function malformed(path: string, line: number, what: string, hint?: string): Failure {
  return new Failure('profile.malformed', `${path}:${line} ${what}, and this app does not run the file.`, {
    hint: hint ?? 'Use a file with lines like export OS_AUTH_URL=https://…, or a clouds.yaml.',
  });
}
