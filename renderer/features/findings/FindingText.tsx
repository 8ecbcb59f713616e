import { printable } from '@contract/format.ts';
import { Evidence } from './Evidence.tsx';
import { Fix } from './Fix.tsx';
import type { Finding } from './verdicts.ts';

/** What a check said, of a plan or of a host by itself. What was told before any check has no id. */
export type Told = Omit<Finding, 'id'> & { readonly id?: string | undefined };

/** Name and sentence of a check, in one go: `Lock. The instance is locked.` */
export function Sentence({ title = '', message }: Pick<Told, 'title' | 'message'>) {
  return (
    <>
      {title.trim() !== '' && <strong>{printable(title)}. </strong>}
      {printable(message)}
    </>
  );
}

/** A check that needs no answer, in a line; what is known of it is folded under that line. */
export function FoldedFinding({ finding }: { readonly finding: Told }) {
  const { message, title, fix, evidence = [], id } = finding;
  const sentence = <Sentence message={message} {...(title !== undefined && { title })} />;
  if (fix === undefined && evidence.length === 0 && id === undefined)
    return <div className="finding-line">{sentence}</div>;
  return (
    <details>
      <summary className="finding-line">{sentence}</summary>
      <Details finding={finding} />
    </details>
  );
}

/** What to do, what was seen, and which check it is. */
export function Details({ finding: { fix, evidence = [], id } }: { readonly finding: Told }) {
  return (
    <div className="finding-fold">
      {fix !== undefined && <Fix text={fix} />}
      <Evidence lines={evidence} />
      {id !== undefined && (
        <span className="dimmed">
          Check <code className="mono">{printable(id)}</code>
        </span>
      )}
    </div>
  );
}
