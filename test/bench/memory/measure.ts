import type { CDPSession, Page } from 'playwright';
import { withPage } from '../browser.ts';
import type { Figure } from '../figures.ts';
import { MIGRATION_ID } from '../../page/support/samples.ts';
import { openFedHost, type FedHost } from './fed-host.ts';
import { eventsOf, HOUR_SECONDS, lastWordsOf } from './hour.ts';

const MINUTES_BETWEEN = 10;
/** By then the page has filled everything that it keeps a part of. */
const FULL_AFTER_MINUTES = 20;
/** The promise: what comes later adds no more than this. */
const MOST_GROWTH_PERCENT = 10;
/** So much is told before the page must have shown it: like a page that is never far behind. */
const SECONDS_AHEAD = 10;

interface Held {
  readonly minutes: number;
  readonly heapMib: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** What the page holds in memory after each ten minutes' worth of an hour that is told as fast as it is taken. */
export async function measureMemory(say: (text: string) => void): Promise<readonly Figure[]> {
  const host = await openFedHost();
  try {
    return await withPage(async (page) => figuresOf(await held(host, page, say)));
  } finally {
    await host.close();
  }
}

async function held(host: FedHost, page: Page, say: (text: string) => void): Promise<readonly Held[]> {
  await page.goto(host.address);
  await page.goto(`${new URL(host.address).origin}/#/migrations/${MIGRATION_ID}`);
  await page.getByRole('heading', { name: 'Log' }).waitFor();
  const session = await page.context().newCDPSession(page);
  const found: Held[] = [];
  for (let second = 1; second <= HOUR_SECONDS; second += 1) {
    for (const event of eventsOf(second)) host.tell(event);
    if (second % SECONDS_AHEAD === 0) await shown(page, lastWordsOf(second));
    if (second % (MINUTES_BETWEEN * 60) > 0) continue;
    found.push({ minutes: second / 60, ...(await look(session)) });
    say(`${String(second / 60)} minutes' worth`);
  }
  await page.getByText('100,000 of 100,000 lines').waitFor();
  return found;
}

async function shown(page: Page, words: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.querySelector('.log-list')?.textContent.includes(wanted) === true,
    words,
    { polling: 'raf' },
  );
}

/** After everything that can go has gone. */
async function look(session: CDPSession): Promise<Omit<Held, 'minutes'>> {
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
  return { heapMib: usedSize / 1024 ** 2, nodes, listeners: jsEventListeners };
}

function figuresOf(found: readonly Held[]): readonly Figure[] {
  const growth = (of: (one: Held) => number): number => {
    const [full, last] = [found.find(({ minutes }) => minutes === FULL_AFTER_MINUTES), found.at(-1)];
    return full === undefined || last === undefined ? Number.NaN : (of(last) / of(full) - 1) * 100;
  };
  const since = `since ${String(FULL_AFTER_MINUTES)} minutes' worth`;
  const bound = { unit: '%', most: MOST_GROWTH_PERCENT };
  return [
    ...found.flatMap(({ minutes, heapMib, nodes, listeners }) => [
      {
        name: `memory: JavaScript heap after ${String(minutes)} minutes' worth`,
        value: heapMib,
        unit: 'MiB',
      },
      { name: `memory: nodes after ${String(minutes)} minutes' worth`, value: nodes, unit: '' },
      { name: `memory: listeners after ${String(minutes)} minutes' worth`, value: listeners, unit: '' },
    ]),
    { name: `memory: growth of the heap ${since}`, value: growth(({ heapMib }) => heapMib), ...bound },
    { name: `memory: growth of the nodes ${since}`, value: growth(({ nodes }) => nodes), ...bound },
    {
      name: `memory: growth of the listeners ${since}`,
      value: growth(({ listeners }) => listeners),
      ...bound,
    },
  ];
}
