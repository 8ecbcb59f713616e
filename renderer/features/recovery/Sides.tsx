import { Title } from '@mantine/core';
import { printable } from '@contract/format.ts';
import type { CaseView, SideView } from '@contract/recovery-views.ts';
import { zoneText } from '../migrations/times.ts';
import { SideColumn } from './SideColumn.tsx';

const ROLES: readonly SideView['role'][] = ['source', 'destination', 'other'];

/** Nova writes its times in UTC, wherever the page is read. */
function zoneWords(zone: string): string {
  return zone === 'UTC' ? 'All times are UTC' : `Times are ${zone}, those that Nova wrote are UTC`;
}

/** What was read: of the cloud, and of each host that has to do with it, side by side. */
export function Sides({ view: { cloud, sides } }: { readonly view: CaseView }) {
  const ordered = sides.toSorted((left, right) => ROLES.indexOf(left.role) - ROLES.indexOf(right.role));
  return (
    <section aria-labelledby="sides-title">
      <Title order={2} id="sides-title" mb="sm">
        What was read <span className="case-zone dimmed">{zoneWords(zoneText(new Date()))}</span>
      </Title>
      <div className="case-sides">
        <section className="panel case-side" aria-label="The cloud">
          <Title order={3}>The cloud</Title>
          <ul className="case-lines">
            {cloud.map((line, index) => (
              <li key={index}>{printable(line)}</li>
            ))}
          </ul>
        </section>
        {ordered.map((side) => (
          <SideColumn key={side.name} side={side} />
        ))}
      </div>
    </section>
  );
}
