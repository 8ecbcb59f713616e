import { VisuallyHidden } from '@mantine/core';
import { printable } from '@contract/format.ts';
import './fitted.css';

/** Characters at the end that stay whatever the width. */
const TAIL = 6;
/** A name of so few characters fits wherever names stand. */
const SHORT = 8;

/**
 * A name that is cut in the middle wherever its column is too narrow, by CSS alone: light enough for long tables. The
 * pointer gets the whole; where the whole must be at hand for everyone, use `Cut`.
 */
export function Fitted({ text, mono = false }: { readonly text: string; readonly mono?: boolean }) {
  const whole = printable(text);
  const characters = Array.from(whole);
  const font = mono ? 'mono' : '';
  if (characters.length <= SHORT)
    return (
      <span className={`${font} cut`} title={whole}>
        {whole}
      </span>
    );
  return (
    <span className={`${font} fitted`} title={whole}>
      {/* The ear gets the name in one piece; two of them would be read as two words. */}
      <VisuallyHidden>{whole}</VisuallyHidden>
      <span className="cut" aria-hidden>
        {characters.slice(0, -TAIL).join('')}
      </span>
      <span aria-hidden>{characters.slice(-TAIL).join('')}</span>
    </span>
  );
}
