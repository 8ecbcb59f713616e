import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import type { Rates } from './rates.ts';
import { strokeOf } from './strokes.ts';

interface LineChartProps {
  readonly rates: Rates;
  readonly scheme: 'light' | 'dark';
  /** Index of the span under the pointer; `undefined` when it left. */
  readonly hover: (index: number | undefined) => void;
}

const HEIGHT = 200;
/** Between two times on the axis: whole seconds, or the same time would stand there twice. */
const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];
const LINES = {
  light: { text: '#555e6d', grid: '#e3e6eb' },
  dark: { text: '#a3acba', grid: '#2b303a' },
} as const;

/** uPlot in a box that keeps its width. Draws at most once a frame. */
export function LineChart({ rates, scheme, hover }: LineChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const names = rates.disks.map(({ name }) => name).join('\n');

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const chart = new uPlot(optionsOf(names.split('\n'), scheme, element.clientWidth, hover), [[]], element);
    plot.current = chart;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) chart.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [names, scheme, hover]);

  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      plot.current?.setData([
        [...rates.atSeconds],
        ...rates.disks.map(({ mibPerSecond }) => [...mibPerSecond]),
      ]);
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [rates, names, scheme, hover]);

  return <div ref={box} className="line-chart" aria-hidden />;
}

function optionsOf(
  names: readonly string[],
  scheme: 'light' | 'dark',
  width: number,
  hover: LineChartProps['hover'],
): uPlot.Options {
  const { text, grid } = LINES[scheme];
  const axis: uPlot.Axis = {
    stroke: text,
    grid: { stroke: grid, width: 1 },
    ticks: { stroke: grid, width: 1 },
    font: '12px system-ui, sans-serif',
  };
  return {
    width,
    height: HEIGHT,
    // Half of the last time stands beyond the last line.
    padding: [null, 32, null, null],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { y: { range: (_chart, _least, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      {
        ...axis,
        size: 32,
        space: 80,
        incrs: [...SECONDS],
        values: (_chart, ticks) => ticks.map((second) => clock(second, ticks)),
      },
      { ...axis, size: 48 },
    ],
    series: [
      {},
      ...names.map((label, index): uPlot.Series => {
        const stroke = strokeOf(index);
        return { label, stroke: stroke[scheme], width: 1.5, dash: [...stroke.dash], points: { show: false } };
      }),
    ],
    hooks: {
      setCursor: [
        (chart) => {
          hover(chart.cursor.idx ?? undefined);
        },
      ],
    },
  };
}

/** Seconds only where the ticks are that close. */
function clock(second: number, ticks: readonly number[]): string {
  const close = (ticks[1] ?? 0) - (ticks[0] ?? 0) < 60;
  const seconds = close ? ({ second: '2-digit' } as const) : {};
  return new Date(second * 1000).toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...seconds,
  });
}
