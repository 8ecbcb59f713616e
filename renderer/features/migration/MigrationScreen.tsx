import type { MigrationView } from '@contract/views.ts';
import { Bandwidth } from './Bandwidth.tsx';
import { Throughput } from './chart/Throughput.tsx';
import { DiskTable } from './DiskTable.tsx';
import { DowntimeClock } from './DowntimeClock.tsx';
import { Evidence } from './verdict/Evidence.tsx';
import { Header } from './Header.tsx';
import { LogPanel } from './log/LogPanel.tsx';
import { mattersLimit } from './limit.ts';
import { NextBanner } from './NextBanner.tsx';
import { isOver } from '@contract/format.ts';
import { StepsBar } from './StepsBar.tsx';
import { useNow } from '../../use-now.ts';

/** Everything about one migration on one page, most urgent first. */
export function MigrationScreen({ view }: { readonly view: MigrationView }) {
  const nowMs = useNow(!isOver(view.phase));
  const judged = view.proofs.length > 0 || view.phase === 'awaiting-verdict';
  return (
    <div className="page migration">
      <Header view={view} />
      <StepsBar view={view} nowMs={nowMs} />
      <div className="migration-top">
        <NextBanner view={view} nowMs={nowMs} />
        <DowntimeClock view={view} nowMs={nowMs} />
      </div>
      {judged && <Evidence view={view} />}
      <DiskTable view={view} nowMs={nowMs} />
      <div className="migration-flow">
        <Throughput migration={view.id} />
        {mattersLimit(view) && <Bandwidth view={view} />}
      </div>
      <LogPanel migration={view.id} />
    </div>
  );
}
