import { printable } from '@contract/format.ts';
import { Command } from '../../components/Copyable.tsx';

/** A line of evidence that ends with a command, as the checks write it. */
const LOOK = /^(To look yourself, on .+?:) (.+)$/s;

/** What was read, and how to look oneself; a line each. */
export function Evidence({ lines }: { readonly lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <ul className="finding-evidence dimmed">
      {lines.map((line, index) => (
        <li key={index}>
          <EvidenceLine line={line} />
        </li>
      ))}
    </ul>
  );
}

function EvidenceLine({ line }: { readonly line: string }) {
  const [, said, command] = LOOK.exec(line) ?? [];
  if (said === undefined || command === undefined || printable(command) !== command) return printable(line);
  return (
    <>
      {printable(said)}
      <Command text={command} />
    </>
  );
}
