/** One word of a shell file, with quotes and references resolved. */
export interface Word {
  readonly text: string;
  /** Why its value cannot be known without running the file. */
  readonly unknown: string | undefined;
}

export interface Statement {
  readonly line: number;
  readonly words: readonly Word[];
  /** The first of `|`, `&`, `<`, `>`, `(`, `)` outside quotes. */
  readonly operator: string | undefined;
}

/** Values of variables as far as the file has set them. */
export type Variables = ReadonlyMap<string, Word>;

/** Where reading had to stop: a quote without its end. */
export interface Unclosed {
  readonly line: number;
}

const OPERATORS = new Set(['|', '&', '<', '>', '(', ')']);

/**
 * Reads the next statement of a POSIX shell text, from `start` on, without running anything (POSIX.1-2017, Shell
 * Command Language, 2.2 Quoting and 2.3 Token Recognition).
 *
 * @returns the statement and where the next begins, or the line of a quote that is never closed.
 */
export function readStatement(
  text: string,
  start: number,
  variables: Variables,
): { readonly statement: Statement; readonly next: number } | Unclosed {
  const words: Word[] = [];
  const line = lineOf(text, start);
  let operator: string | undefined;
  let current: Word | undefined;
  const add = (piece: Word): void => {
    current = { text: (current?.text ?? '') + piece.text, unknown: current?.unknown ?? piece.unknown };
  };
  const end = (): void => {
    if (current !== undefined) words.push(current);
    current = undefined;
  };

  let at = start;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '\n' || character === ';') {
      at += 1;
      break;
    }
    if (character === '#' && current === undefined) {
      at = endOfLine(text, at);
    } else if (/\s/.test(character)) {
      end();
      at += 1;
    } else if (character === "'") {
      const close = text.indexOf("'", at + 1);
      if (close < 0) return { line: lineOf(text, at) };
      add(known(text.slice(at + 1, close)));
      at = close + 1;
    } else if (character === '"') {
      const quoted = readDoubleQuoted(text, at + 1, variables);
      if (quoted === undefined) return { line: lineOf(text, at) };
      add(quoted.word);
      at = quoted.next;
    } else if (character === '\\') {
      if (text.charAt(at + 1) !== '\n') add(known(text.charAt(at + 1)));
      at += 2;
    } else if (character === '$' || character === '`') {
      const reference = readReference(text, at, variables);
      add(reference.word);
      at = reference.next;
    } else {
      if (OPERATORS.has(character)) operator ??= character;
      add(known(character));
      at += 1;
    }
  }
  end();
  return { statement: { line, words, operator }, next: at };
}

function readDoubleQuoted(
  text: string,
  start: number,
  variables: Variables,
): { readonly word: Word; readonly next: number } | undefined {
  let word = known('');
  let at = start;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '"') return { word, next: at + 1 };
    if (character === '\\' && '"\\$`\n'.includes(text.charAt(at + 1))) {
      const escaped = text.charAt(at + 1);
      word = { ...word, text: word.text + (escaped === '\n' ? '' : escaped) };
      at += 2;
    } else if (character === '$' || character === '`') {
      const reference = readReference(text, at, variables);
      word = { text: word.text + reference.word.text, unknown: word.unknown ?? reference.word.unknown };
      at = reference.next;
    } else {
      word = { ...word, text: word.text + character };
      at += 1;
    }
  }
  return undefined;
}

/** `$NAME` and `${NAME}`; anything else that begins with `$` or a backquote would have to be run. */
function readReference(
  text: string,
  at: number,
  variables: Variables,
): { readonly word: Word; readonly next: number } {
  const rest = text.slice(at, endOfLine(text, at));
  const match = /^\$(?:(\w+)|\{(\w+)\})/.exec(rest);
  const name = match?.[1] ?? match?.[2];
  if (match !== null && name !== undefined) {
    const word = variables.get(name) ?? { text: '', unknown: `$${name}, which the file does not set` };
    return { word, next: at + match[0].length };
  }
  if (/^\$(?:[\s"]|$)/.test(rest)) return { word: known('$'), next: at + 1 };
  const what = rest.startsWith('${') ? 'a computed value' : 'the output of a command';
  return { word: { text: '', unknown: what }, next: at + 1 };
}

function known(text: string): Word {
  return { text, unknown: undefined };
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}
