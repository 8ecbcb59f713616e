import { expect, test } from 'vitest';
import { ReportView } from '../../../main/contract/views.ts';
import type { Fact, NewFact } from '../../../main/domain/facts.ts';
import { makeReport } from '../../../main/engine/report/make-report.ts';
import { reportFile } from '../../../main/engine/report/report-file.ts';
import { AT_REST } from '../../../main/engine/views.ts';
import { plan } from '../../support/samples.ts';

const HOSTILE = `<script>alert("x")</script> & 'quoted' \u202egnp.exe`;
const DIGEST = 'ab'.repeat(64);

const FACTS: readonly NewFact[] = [
  { type: 'locked' },
  { type: 'base-staged', path: '/b/base', bytes: 1024, seconds: 2, digest: DIGEST },
  { type: 'stop-begun' },
  { type: 'stopped', how: 'hard' },
  { type: 'disk-flattened', disk: 'disk.eph0', bytes: 10, seconds: 1, keptPath: '/kept' },
  { type: 'frozen', files: [] },
  { type: 'limit-changed', limitKibPerSecond: 2048, by: 'night@desk' },
  { type: 'limit-changed', limitKibPerSecond: undefined, by: 'night@desk' },
  { type: 'disk-copied', disk: 'disk', bytes: 3 * 1024 ** 3, seconds: 30 },
  { type: 'disk-copied', disk: 'disk.eph0', bytes: 10, seconds: 0 },
  {
    type: 'disk-verified',
    disk: 'disk',
    seconds: 3,
    algorithm: 'b2sum',
    source: DIGEST,
    destination: DIGEST,
  },
  {
    type: 'disk-verified',
    disk: 'disk.eph0',
    seconds: 3,
    algorithm: 'b2sum',
    source: DIGEST,
    destination: 'cd',
  },
  { type: 'placed' },
  { type: 'hand-over-begun', lastRecordId: undefined },
  { type: 'handed-over', requestId: 'req-1', running: true, novaCopiedBytes: 0, recordId: 1 },
  { type: 'proven', proofs: [{ name: 'content', ok: false, said: HOSTILE }] },
  { type: 'looked-again' },
  { type: 'proven', proofs: [{ name: 'content', ok: true, said: 'equal' }] },
  { type: 'verdict', choice: 'confirm', by: HOSTILE },
  { type: 'confirmed', running: true },
  { type: 'started' },
  { type: 'tidied', kept: ['/kept'] },
];

const OTHER_ENDS: readonly NewFact[] = [
  { type: 'reverted', running: false },
  { type: 'decided-elsewhere', choice: 'other', said: 'It was deleted.' },
  { type: 'cancelled', by: 'night@desk' },
  { type: 'failed', code: 'job.failed', message: 'No space left', hint: undefined, requestId: 'req-9' },
  { type: 'restored', goodCopy: 'source', said: 'The source is whole.', running: true },
];

function report(facts: readonly NewFact[]): ReportView {
  const name = HOSTILE;
  const sample = plan({ server: { ...plan().server, name }, bases: [], routeReason: HOSTILE });
  const timed = facts.map((fact, index) => ({ ...fact, atMs: 2_000_000 + index * 1000 }));
  const first: Fact = { type: 'planned', plan: sample, by: HOSTILE, atMs: 1_000_000 };
  return makeReport([first, ...timed], AT_REST, 3_000_000);
}

test('every fact has its words and the phase that it led to; the report fits its shape', () => {
  const made = report(FACTS);
  ReportView.parse(made);
  expect(made.history).toHaveLength(FACTS.length + 1);
  expect(made.history.map(({ message }) => message).every((message) => message.length > 8)).toBe(true);
  expect(made.history.at(-1)).toMatchObject({
    phase: 'confirmed',
    message: expect.stringContaining('/kept') as string,
  });
  const words = made.history.map(({ message }) => message).join('\n');
  expect(words).toContain('disk was copied: 3.00 GiB in 30 s, 102 MiB/s.');
  expect(words).toContain('disk.eph0 is NOT equal');
  expect(words).toContain('night@desk set the bandwidth limit to 2.00 MiB/s.');
  expect(words).toContain('night@desk lifted the bandwidth limit.');
  expect(words).toContain('Request req-1.');
  const other = report(OTHER_ENDS).history.map(({ message }) => message);
  expect(other.slice(1)).toEqual([
    'Nova reverted it: the instance is back on the source. It is off.',
    'It was decided elsewhere: It was deleted.',
    'night@desk cancelled it.',
    'It failed: No space left (request req-9)',
    'The source is whole. It runs.',
  ]);
});

test('the page is one file without script or outside part, and every name in it is text', () => {
  const { fileName, mediaType, text } = reportFile(report(FACTS), 'html');
  expect(mediaType).toBe('text/html');
  expect(fileName).toMatch(/^coldhaul-[A-Za-z0-9._-]+-6f9619ff\.html$/);
  expect(text).not.toMatch(/<script|<img|<link|src=|href=|url\(|@import|\son\w+=/i);
  expect(text).toContain(
    '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;quoted&#39; \\u{202e}gnp.exe',
  );
  expect(text).not.toContain('\u202e');
  expect(text).toContain("default-src 'none'");
  expect(text).toContain('@media print');
  expect(text).toContain(`<code>${DIGEST}</code>`);
  expect(text).toContain('3.00 GiB');
  // Every element that is opened is closed.
  for (const name of ['table', 'tbody', 'thead', 'tr', 'td', 'th', 'h2', 'p', 'code', 'span'])
    expect({ name, count: text.match(new RegExp(`<${name}[ >]`, 'g'))?.length }).toEqual({
      name,
      count: text.match(new RegExp(`</${name}>`, 'g'))?.length,
    });
});

test('the JSON file is the report, value for value', () => {
  const made = report(FACTS);
  const { fileName, mediaType, text } = reportFile(made, 'json');
  expect([mediaType, fileName.endsWith('.json')]).toEqual(['application/json', true]);
  expect(ReportView.parse(JSON.parse(text))).toEqual(made);
});
