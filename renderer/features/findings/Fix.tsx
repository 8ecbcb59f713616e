import { Command } from '../../components/Copyable.tsx';
import { fixParts } from './fix-parts.ts';

/** What to do: words to read and commands to copy, in their order. */
export function Fix({ text }: { readonly text: string }) {
  return (
    <div className="finding-fix">
      {fixParts(text).map((part, index) =>
        part.kind === 'command' ? (
          <Command key={index} text={part.text} />
        ) : (
          <div key={index}>{part.text}</div>
        ),
      )}
    </div>
  );
}
