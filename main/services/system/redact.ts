/** Takes secrets out of text: values that were registered, and whatever stands behind a telling name. */
export interface Redactor {
  /** Registers a value that must never be written. Values under 4 characters would hide half of every line. */
  add(secret: string): void;
  redact(text: string): string;
}

const HIDDEN = '[hidden]';

const NAMES =
  '(?:[\\w-]*(?:password|passwd|passphrase|secret|token|credential|api[_-]?key|private[_-]?key)[\\w-]*|authorization)';

/** `name: value`, `name=value`, `--name value` and `"name": "value"`; the value ends at its quote, or at white space. */
const NAMED = new RegExp(
  `(?<![\\w-])(?<name>--${NAMES}[= ]|["']?${NAMES}["']?\\s*[:=]\\s*)` +
    `(?<scheme>(?:bearer|basic) )?(?:"(?:[^"\\\\]|\\\\.)*"|'[^']*'|[^\\s"',;&}]+)`,
  'giu',
);

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** A URL's `user:password@`. */
const IN_URL = /(?<=\/\/[^\s/:@]+:)[^\s/@]+(?=@)/g;

export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  return {
    add(secret) {
      if (secret.length >= 4) secrets.add(secret);
    },
    redact(text) {
      // Longest first: a secret may be part of another.
      const known = [...secrets].sort((one, other) => other.length - one.length);
      return known
        .reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text)
        .replaceAll(PRIVATE_KEY, HIDDEN)
        .replaceAll(IN_URL, HIDDEN)
        .replaceAll(
          NAMED,
          (_match, name: string, scheme: string | undefined) => `${name}${scheme ?? ''}${HIDDEN}`,
        );
    },
  };
}
