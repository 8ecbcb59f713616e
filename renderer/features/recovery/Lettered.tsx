import { LETTER_WORDS, letterParts } from '@contract/recovery-letters.ts';
import { printable } from '@contract/format.ts';

/** A sentence in which each letter of a rule, such as `G2`, says what it stands for. */
export function Lettered({ text }: { readonly text: string }) {
  return letterParts(printable(text)).map((part, index) => {
    const words = index % 2 === 1 ? LETTER_WORDS[part] : undefined;
    return words === undefined ? (
      part
    ) : (
      <abbr key={index} title={words}>
        {part}
      </abbr>
    );
  });
}
