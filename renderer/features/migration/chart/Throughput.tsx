import { SegmentedControl, Title, useComputedColorScheme } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useSamples } from '../../../store/samples.ts';
import { Legend } from './Legend.tsx';
import { LineChart } from './LineChart.tsx';
import { ratesOf } from './rates.ts';
import { RateTable } from './RateTable.tsx';

const NO_SAMPLES = {};

/** Where there is nothing to draw on, the table says the same. */
function canDraw(): boolean {
  return typeof Path2D === 'function' && typeof CanvasRenderingContext2D === 'function';
}

/** How fast each disk travels and travelled, drawn or as a table. */
export function Throughput({ migration }: { readonly migration: string }) {
  const samples = useSamples(({ byMigration }) => byMigration[migration]) ?? NO_SAMPLES;
  const rates = useMemo(() => ratesOf(samples), [samples]);
  const [shape, setShape] = useState<'chart' | 'table'>(() => (canDraw() ? 'chart' : 'table'));
  const [hovered, setHovered] = useState<number>();
  const scheme = useComputedColorScheme('light');
  const empty = rates.atSeconds.length === 0;
  return (
    <section className="panel throughput" aria-labelledby="throughput-title">
      <div className="panel-title">
        <Title order={2} id="throughput-title">
          Throughput
        </Title>
        <span className="dimmed">MiB/s</span>
        <span style={{ flex: 1 }} />
        {!empty && (
          <SegmentedControl
            size="xs"
            aria-label="Show the throughput as"
            value={shape}
            onChange={setShape}
            data={[
              { value: 'chart', label: 'Chart', disabled: !canDraw() },
              { value: 'table', label: 'Table' },
            ]}
          />
        )}
      </div>
      {empty ? (
        <p className="dimmed throughput-empty">
          Nothing has travelled yet, as far as this Coldhaul saw it. Rates are shown here while disks are
          copied.
        </p>
      ) : shape === 'chart' ? (
        <>
          <LineChart rates={rates} scheme={scheme} hover={setHovered} />
          <Legend rates={rates} scheme={scheme} index={hovered} />
        </>
      ) : (
        <RateTable rates={rates} />
      )}
    </section>
  );
}
