import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeHome } from '../../e2e/support/home.ts';
import { startChild } from '../child.ts';
import { percentile, spread, type Figure } from '../figures.ts';
import type { LabCalls } from '../lab-process.ts';
import { measureAlone } from './alone.ts';
import { cancelAll, copying, startCopies, untilCopying } from './copies.ts';
import type { DeskCalls, Delays } from './desk-process.ts';
import { writeOldJournals } from './journals.ts';
import { openPageClient, type PageClient, type Timed } from './page-client.ts';
import { callForSeconds } from './rounds.ts';

/** The promise. */
const MOST_MS = 50;
const DISKS = 8;
const LINES_PER_SECOND = 1_000;
const OLD_MIGRATIONS = 300;
const LOAD_SECONDS = 40;
const CONTROL_SECONDS = 20;
/** Of each disk; with this limit of each migration, the copies outlast the measurement. */
const PAYLOAD_MIB = 64;
const LIMIT_MIB_PER_SECOND = 1;

type Lab = ReturnType<typeof startChild<LabCalls>>;
type Desk = ReturnType<typeof startChild<DeskCalls>>;

/** How soon the main process answers while much happens: a lab, the desk and this page each in a process of its own. */
export async function measureAnswers(say: (text: string) => void): Promise<readonly Figure[]> {
  const lab = startChild<LabCalls>(new URL('../lab-process.ts', import.meta.url));
  const home = await mkdtemp(join(tmpdir(), 'coldhaul-bench-'));
  try {
    return await onLab(lab, home, say);
  } finally {
    await lab.end();
    await rm(home, { recursive: true });
  }
}

async function onLab(lab: Lab, home: string, say: (text: string) => void): Promise<readonly Figure[]> {
  say('starting a lab with 4 instances of 2 disks each');
  const wish = { extraHosts: 0, extraServers: 0, servers: DISKS / 2, payloadMib: PAYLOAD_MIB };
  const { paths, servers } = await lab.ask('start', wish);
  const env = await makeHome(paths, home, {});
  await writeOldJournals(join(home, 'state', 'coldhaul'), OLD_MIGRATIONS, Date.now());
  const desk = startChild<DeskCalls>(new URL('./desk-process.ts', import.meta.url), { env, cwd: home });
  try {
    const page = await openPageClient(await desk.ask('open', { home }));
    await page.call('clouds.open', { name: 'lab' });
    const ids = await startCopies(page, servers, LIMIT_MIB_PER_SECOND);
    await untilCopying(page, ids, DISKS);
    const alone = await measureAlone(desk, DISKS, say);
    const figures = await underLoad(desk, page, ids, say);
    page.close();
    return [...alone, ...figures];
  } finally {
    await desk.end();
  }
}

async function underLoad(
  desk: Desk,
  page: PageClient,
  ids: readonly string[],
  say: (text: string) => void,
): Promise<readonly Figure[]> {
  say(
    `${String(DISKS)} disks copy; ${String(LOAD_SECONDS)} s of calls while the log takes 1,000 lines a second`,
  );
  const heardBefore = page.linesHeard();
  await desk.ask('lines', { perSecond: LINES_PER_SECOND });
  await desk.ask('watch', null);
  const load = await callForSeconds(page, ids, LOAD_SECONDS);
  const loadDelays = await desk.ask('delays', null);
  const written = await desk.ask('lines', { perSecond: 0 });
  const stillCopying = await copying(page, ids);
  if (stillCopying < DISKS) throw new Error(`only ${String(stillCopying)} disks copied until the end`);

  say(`the copies are given up; ${String(CONTROL_SECONDS)} s of the same calls as a control`);
  await cancelAll(page, ids);
  await desk.ask('watch', null);
  const control = await callForSeconds(page, ids, CONTROL_SECONDS);
  const controlDelays = await desk.ask('delays', null);
  return [
    ...byName(load.calls),
    ...spread('answers: all calls', durations(load.calls), 'ms', MOST_MS),
    ...spread('answers: control, all calls', durations(control.calls), 'ms'),
    {
      name: 'answers: p95 of all calls by that of the control',
      value: ratio(load.calls, control.calls),
      unit: '',
    },
    ...delayFigures('main process, event loop delay', loadDelays),
    ...delayFigures('control, event loop delay', controlDelays),
    { name: 'answers: lines that the log took a second', value: written.lines / LOAD_SECONDS, unit: '' },
    { name: 'answers: longest that one line kept the main process', value: written.longestMs, unit: 'ms' },
    { name: 'answers: lines that the page was told', value: page.linesHeard() - heardBefore, unit: '' },
    ...spread('answers: lateness of the measuring process', load.lateMs, 'ms'),
  ];
}

/** Each call by itself has the same bound: an average must not hide a dear one. */
function byName(calls: readonly Timed[]): readonly Figure[] {
  return [...new Set(calls.map(({ name }) => name))].sort().flatMap((name) => {
    const own = calls.filter((call) => call.name === name);
    const kib = Math.round(
      percentile(
        own.map(({ bytes }) => bytes),
        0.5,
      ) / 1024,
    );
    return spread(
      `answers: ${name} (${String(own.length)} calls, ${String(kib)} KiB)`,
      durations(own),
      'ms',
      MOST_MS,
    );
  });
}

function durations(calls: readonly Timed[]): readonly number[] {
  return calls.map(({ ms }) => ms);
}

function ratio(load: readonly Timed[], control: readonly Timed[]): number {
  return percentile(durations(load), 0.95) / percentile(durations(control), 0.95);
}

function delayFigures(name: string, delays: Delays): readonly Figure[] {
  const { p50Ms, p95Ms, maxMs, cpuPercent, longestWorkMs, longestGcMs } = delays;
  const [who = name] = name.split(',');
  return [
    { name: `answers: ${name}, p50`, value: p50Ms, unit: 'ms' },
    { name: `answers: ${name}, p95`, value: p95Ms, unit: 'ms' },
    { name: `answers: ${name}, max`, value: maxMs, unit: 'ms' },
    { name: `answers: ${who}, longest spell of its own work`, value: longestWorkMs, unit: 'ms' },
    { name: `answers: ${who}, longest collection of garbage`, value: longestGcMs, unit: 'ms' },
    { name: `answers: ${who}, share of one core`, value: cpuPercent, unit: '%' },
  ];
}
