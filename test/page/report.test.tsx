import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ReportView } from '../../main/contract/views.ts';
import { Failure } from '../../main/domain/failure.ts';
import { fakeBridge, type FakeBridge } from './support/fake-bridge.ts';
import { catchFiles } from './support/files.ts';
import { renderPage, send } from './support/render-page.tsx';
import { aDesk, aDiskView, aMigration, aPlan, aReport, MIGRATION_ID, NOW_MS } from './support/samples.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const DIGEST =
  'ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc95';
const done = aMigration({
  phase: 'confirmed',
  active: false,
  proven: true,
  downtime: { startMs: NOW_MS - 90_000, endMs: NOW_MS - 15_000, predictedSeconds: 80 },
  disks: [
    aDiskView({
      state: 'verified',
      seconds: 30,
      digest: { algorithm: 'b2sum', source: DIGEST, destination: DIGEST },
    }),
    aDiskView({
      name: 'disk.swap',
      role: 'swap',
      strategy: 'remake',
      state: 'remade by Nova',
      bytesTotal: 0,
    }),
  ],
  proofs: [{ name: 'digests', ok: true, said: 'equal on both hosts' }],
});

function show(report: ReportView | Failure): FakeBridge {
  const bridge = fakeBridge({
    'desk.read': () => Promise.resolve(aDesk({ migrations: [aMigration()] })),
    'migration.report': () => (report instanceof Failure ? Promise.reject(report) : Promise.resolve(report)),
    'migration.report-file': ({ format }) =>
      Promise.resolve({
        fileName: `coldhaul-web-01.${format}`,
        mediaType: format === 'json' ? 'application/json' : 'text/html',
        text: `the ${format}`,
      }),
  });
  renderPage({ page: 'report', id: MIGRATION_ID }, bridge);
  return bridge;
}

describe('report', () => {
  it('tells how it ended, with the digests in full, the evidence, the findings and what happened', async () => {
    show(
      aReport({
        migration: done,
        plan: aPlan({
          findings: [
            { id: 'destination.room', title: 'Room', verdict: 'pass', message: 'there is room' },
            { id: 'image.gone', title: 'Image', verdict: 'warn', message: 'the image was deleted' },
          ],
        }),
      }),
    );
    expect(await screen.findByText('Confirmed: the instance is on compute-b')).toBeDefined();
    expect(screen.getAllByText(DIGEST)).toHaveLength(2);
    expect(screen.getByText('b2sum: equal')).toBeDefined();
    expect(screen.getByText(/Nova makes it new/)).toBeDefined();
    expect(screen.getByText('equal on both hosts')).toBeDefined();
    expect(screen.getByText('planned by ops@workstation')).toBeDefined();
    expect(screen.getByText(/^1 min 15 s, from .*; predicted 1 min 20 s$/)).toBeDefined();
    const findings = screen.getByRole('region', { name: 'Findings before the start' }).textContent;
    expect(findings.indexOf('the image was deleted')).toBeLessThan(findings.indexOf('there is room'));
    expect(findings).toMatch(/Acknowledged by ops@workstation, 2026-11-\d\d \d\d:\d\d:\d\d: image\.gone/);
    expect(screen.queryByRole('checkbox')).toBeNull();
    expect(screen.queryByText(/This migration is not over/)).toBeNull();
  });

  it('says of different digests that they are different', async () => {
    const disk = aDiskView({ digest: { algorithm: 'b2sum', source: DIGEST, destination: 'other' } });
    show(aReport({ migration: { ...done, phase: 'failed', disks: [disk] } }));
    expect(await screen.findByText('b2sum: DIFFERENT')).toBeDefined();
  });

  it('is made of a migration that goes on, says so, and is made anew when that gets further', async () => {
    const bridge = show(aReport({ migration: aMigration() }));
    expect(await screen.findByText(/^This migration is not over/)).toBeDefined();
    const before = bridge.asked('migration.report').length;
    send(bridge, {
      name: 'migration.changed',
      payload: aMigration({ phase: 'verifying', updatedAtMs: NOW_MS + 1 }),
    });
    await waitFor(() => {
      expect(bridge.asked('migration.report').length).toBeGreaterThan(before);
    });
  });

  it.each(['json', 'html'] as const)('saves the %s as a file of its name', async (format) => {
    const saved = catchFiles();
    const bridge = show(aReport());
    fireEvent.click(await screen.findByRole('button', { name: `Save as ${format.toUpperCase()}` }));
    await waitFor(() => {
      expect(saved).toHaveLength(1);
    });
    expect(saved[0]?.name).toBe(`coldhaul-web-01.${format}`);
    expect(await saved[0]?.text()).toBe(`the ${format}`);
    expect(bridge.asked('migration.report-file')).toEqual([{ id: MIGRATION_ID, format }]);
  });

  it('prints', async () => {
    const print = vi.fn();
    window.print = print;
    show(aReport());
    fireEvent.click(await screen.findByRole('button', { name: 'Print' }));
    expect(print).toHaveBeenCalledOnce();
  });

  it('says why there is none', async () => {
    show(new Failure('migration.not-found', 'there is no such migration', { hint: 'Look at the list.' }));
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('There is no such migration');
    expect(alert.textContent).toContain('Look at the list.');
  });
});
