import { Tooltip } from '@mantine/core';
import { cutMiddle, printable } from '@contract/format.ts';

interface CutProps {
  readonly text: string;
  /** Characters that are shown at most. */
  readonly length?: number;
  readonly mono?: boolean;
}

/** A name cut in the middle where it is long, with the whole of it at hand; what drives terminals is made visible. */
export function Cut({ text, length = 40, mono = false }: CutProps) {
  const whole = printable(text);
  const shown = cutMiddle(whole, length);
  const word = (
    <span className={mono ? 'mono cut' : 'cut'} {...(shown !== whole && { tabIndex: 0 })}>
      {shown}
    </span>
  );
  return shown === whole ? (
    word
  ) : (
    <Tooltip label={<span style={{ overflowWrap: 'anywhere' }}>{whole}</span>}>{word}</Tooltip>
  );
}
