import { printable } from '@contract/format.ts';
import { Evidence } from './Evidence.tsx';
import { titleOf } from './groups.ts';
import type { Finding } from './verdicts.ts';

/** A check that is in order, in a line; what was seen is under it. */
export function PassedItem({ finding }: { readonly finding: Finding }) {
  const { message, evidence = [] } = finding;
  const title = titleOf(finding);
  const said = (
    <>
      {title !== undefined && <span className="passed-title">{title}: </span>}
      {printable(message)}
    </>
  );
  if (evidence.length === 0) return <div className="passed-plain">{said}</div>;
  return (
    <details>
      <summary>{said}</summary>
      <Evidence lines={evidence} />
    </details>
  );
}
