import { Anchor, Title } from '@mantine/core';
import { IconArrowNarrowRight, IconFileText } from '@tabler/icons-react';
import type { MigrationView } from '@contract/views.ts';
import { Copy } from '../../components/Copyable.tsx';
import { Cut } from '../../components/Cut.tsx';
import { hrefOf } from '../../route.ts';

const ROUTES = {
  seed: 'Coldhaul copies, Nova adopts the copy',
  thin: 'Coldhaul copies a frozen layer, Nova an empty overlay',
  nova: 'Nova copies, Coldhaul proves it',
} as const satisfies Record<MigrationView['route'], string>;

/** Which instance, from where to where, and how. */
export function Header({ view }: { readonly view: MigrationView }) {
  return (
    <header className="migration-head">
      <Title order={1} className="migration-name">
        <Cut text={view.server.name} length={56} />
      </Title>
      <span style={{ flex: 1 }} />
      <span className="dimmed migration-id">
        <Cut text={view.id} length={17} mono />
        <Copy text={view.id} what="Copy the id of the migration" />
      </span>
      <Anchor href={hrefOf({ page: 'report', id: view.id })} className="migration-report">
        <IconFileText size={16} aria-hidden /> Report
      </Anchor>
      <div className="migration-how">
        <span className="migration-way">
          <Cut text={view.source} length={36} />
          <IconArrowNarrowRight size={18} aria-label="to" role="img" />
          <Cut text={view.destination} length={36} />
        </span>
        <span className="dimmed">
          Route {view.route}: {ROUTES[view.route]}
        </span>
      </div>
    </header>
  );
}
