import type { ReactNode } from 'react';
import { printable } from '@contract/format.ts';
import type { OfferView } from '@contract/recovery-views.ts';
import { HostCommand } from '../../components/Copyable.tsx';
import { Fix } from '../findings/Fix.tsx';

/** More commands than these are folded where nobody has to type them. */
const SHOWN = 2;

/** Where and how, what that changes, how it is undone, and what to look at afterwards. */
export function Effects({ step }: { readonly step: OfferView }) {
  const { where, commands, changes, undo, check, isDoneByUs } = step;
  const lines = commands.map((line, index) => <HostCommand key={index} text={line} />);
  return (
    <dl className="case-effects">
      <Effect name="Where">{printable(where)}</Effect>
      {commands.length > 0 && (
        <Effect name="Command">
          {isDoneByUs && commands.length > SHOWN ? (
            <details>
              <summary>{commands.length} commands</summary>
              {lines}
            </details>
          ) : (
            lines
          )}
        </Effect>
      )}
      <Effect name="Changes">{printable(changes)}</Effect>
      <Effect name="Undo">
        <Fix text={undo} />
      </Effect>
      <Effect name="Check">{printable(check)}</Effect>
    </dl>
  );
}

function Effect({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="dimmed">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
