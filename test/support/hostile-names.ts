import fc from 'fast-check';

/** The file that stands in the working directory afterwards if any part of a name was carried out. */
export const TRAP = 'carried-out';

const FRAGMENTS = [
  `$(: >${TRAP})`,
  `\`: >${TRAP}\``,
  `; : >${TRAP} #`,
  `\n: >${TRAP}\n`,
  `&& : >${TRAP} &`,
  `| : >${TRAP}`,
  `>${TRAP}`,
  `<(: >${TRAP})`,
  `'; : >${TRAP}; '`,
  `"; : >${TRAP}; "`,
  ...[
    "'",
    '"',
    '\\',
    '$',
    '`',
    '!',
    '*',
    '?',
    '[a-z]',
    '~',
    '{a,b}',
    '(',
    ')',
    '<',
    '>',
    '#',
    '=',
    '%s%n',
    '@',
    ':',
  ],
  ...[
    '-',
    '--',
    '-rf',
    '-oProxyCommand=id',
    '--to',
    '-e',
    '..',
    '$HOME',
    '${IFS}',
    '$((1/0))',
    '%00',
    '&',
    ';',
    '|',
  ],
  ...[' ', '\t', '\n', '\r', '\u0001', '\u007f', '\u001b[2J', '\u001b]0;owned\u0007', '\u009b31m', '\u2028'],
  ...[
    '\u202e',
    '\u2066',
    '\ufeff',
    '\u200b',
    'é',
    'e\u0301',
    '€',
    'ß',
    '日本',
    '🖥',
    'web-01',
    'disk',
    'x'.repeat(255),
  ],
];

/** A name as nobody gives one who means well. No NUL: it has tests of its own, for no argument can hold it. */
export const hostileName: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...FRAGMENTS) },
      {
        weight: 1,
        arbitrary: fc.string({ unit: 'binary', maxLength: 8 }).map((text) => text.replaceAll('\0', '')),
      },
    ),
    { minLength: 1, maxLength: 7 },
  )
  .map((parts) => parts.join(''))
  .filter((name) => name !== '');

/** One that a file can have: neither a path, nor a step up. */
export const hostileFileName: fc.Arbitrary<string> = hostileName
  .map((name) => name.replaceAll('/', '%'))
  .filter((name) => name !== '.' && name !== '..');
