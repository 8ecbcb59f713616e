import { Title } from '@mantine/core';
import { IconBan } from '@tabler/icons-react';
import { printable, sentence } from '@contract/format.ts';
import type { DiagnosisView } from '@contract/recovery-views.ts';

/** What makes it worse in this state, each with its reason. Never folded. */
export function Never({ never }: { readonly never: DiagnosisView['never'] }) {
  if (never.length === 0) return null;
  return (
    <div className="case-never">
      <Title order={3} className="bad">
        <IconBan size={16} aria-hidden /> Never do this
      </Title>
      <ul>
        {never.map(({ what, why }) => (
          <li key={what}>
            <strong>{printable(sentence(what))}.</strong> {printable(why)}
          </li>
        ))}
      </ul>
    </div>
  );
}
