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
  const name = basename(path).replace(/[-.]?openrc(\.sh)?$|\.sh$/, '') || 'openrc';
  return toProfile(raw, { name, source: path, where: path, cwd: dirname(path), home });
}

/** Lines that only tidy up: they unset what is empty, or what the shell had before. Nothing to do for us. */
const TIDYING = [
  /^if \[ -z "?\$\{?(\w+)\}?"? \]; *then +unset \1; *fi *(?:#.*)?$/,
  /^for (\w+) in \$\(.*\) *; *do +unset +\$\{?\1\}? *; *done *(?:#.*)?$/,
] as const;

const ASSIGNMENT = /^([A-Za-z_]\w*)=/;

/**
 * The `OS_*` variables that a shell would have after sourcing the text.
 *
 * @throws Failure `profile.malformed` with the line, for anything that would have to be run to know it
 */
export function parseOpenrc(path: string, text: string, home: string): Readonly<Record<string, string>> {
  const variables = new Map<string, Word>([['HOME', { text: home, unknown: undefined }]]);
  for (let at = 0; at < text.length;) {
    const lineEnd = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
    const line = text.slice(at, lineEnd).trim();
    if (TIDYING.some((pattern) => pattern.test(line))) {
      at = lineEnd + 1;
      continue;
    }
    const read = readStatement(text, at, variables);
    if (!('statement' in read)) throw malformed(path, read.line, 'opens a quote that is never closed');
    carryOut(path, read.statement, variables);
    at = read.next;
  }
  return Object.fromEntries(
    [...variables].filter(([name]) => name.startsWith('OS_')).map(([name, { text: value }]) => [name, value]),
  );
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
    case 'read':
      throw malformed(
        path,
        line,
        'asks for something when it is sourced (read)',
        'Replace the line, and those that use what it reads, by export OS_PASSWORD=…; or use an application credential.',
      );
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
  if (word.unknown !== undefined && name.startsWith('OS_')) {
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
