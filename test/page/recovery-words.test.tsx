import { cleanup, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { CaseView } from '../../main/contract/recovery-views.ts';
import { fakeBridge } from './support/fake-bridge.ts';
import { aCase, aDiagnosis, anOffer, byHand, refused } from './support/recovery-samples.ts';
import { renderPage } from './support/render-page.tsx';
import { SERVER_ID } from './support/samples.ts';

async function open(view: CaseView): Promise<void> {
  renderPage(
    { page: 'case', id: SERVER_ID },
    fakeBridge({ 'recovery.diagnose': () => Promise.resolve(view) }),
  );
  await screen.findByRole('heading', { level: 1, name: 'legacy-04' });
}

describe('a diagnosis', () => {
  it('says first where the good copy is, with the own id cut short, or that it is not known', async () => {
    const path = `/var/lib/nova/instances/${SERVER_ID}_resize`;
    const named = aDiagnosis({ goodCopy: { host: 'compute-a', path, how: 'by its size' } });
    const other = aDiagnosis({ rule: 'other', title: 'Other', steps: [], goodCopy: 'not known' });
    await open(aCase({ diagnoses: [named, other] }));
    const words = 'compute-a, /var/lib/nova/instances/0b1d5a2e…_resize (by its size)';
    const line = screen.getByText(words).closest('p');
    expect(line?.textContent).toBe(`Good copy: ${words}`);
    expect(line?.nextElementSibling?.className).toBe('case-verdict');
    expect(screen.getByRole('region', { name: 'Other' }).textContent).toContain('Good copy: not known');
  });
});

describe('a step', () => {
  it('that is refused says after which one it is allowed, and what its letters mean', async () => {
    const first = anOffer({ key: 'set-aside', title: 'Set it aside' });
    const refusals = ['compute-a has /x, which a revert removes (G2)'];
    await open(
      aCase({ diagnoses: [aDiagnosis({ steps: [first, refused({ refusals, after: 'set-aside' })] })] }),
    );
    const step = screen.getByText('Comes after step 1').closest('li');
    expect(step?.textContent).toContain('compute-a has /x, which a revert removes (G2)');
    expect(screen.queryByText('Refused now')).toBeNull();
    expect(screen.getByText('G2').title).toMatch(/^Where one host has both names/);
    expect(screen.getByText('F01').title).toContain('handbook');
  });

  it('stands open only if it is the next one; any other opens by its summary', async () => {
    const later = anOffer({
      key: 'start',
      act: 'Start it',
      title: 'Start it',
      commands: ['openstack later'],
    });
    await open(aCase({ diagnoses: [aDiagnosis({ steps: [anOffer(), later] })] }));
    const [next, other] = ['migration revert', 'openstack later'].map((command) =>
      screen.getByText((text) => text.includes(command)).closest('details'),
    );
    expect(next).toBeNull();
    expect(other?.open).toBe(false);
    expect(other?.querySelector('summary')?.textContent).toBe('What it would do');
    expect(screen.getByRole('button', { name: 'Start it' })).toBeTruthy();
  });

  it('folds many commands of what the app does, and none that a person types', async () => {
    const commands = ['one', 'two', 'three'].map((word) => `echo ${word}`);
    await open(aCase({ diagnoses: [aDiagnosis({ steps: [anOffer({ commands })] })] }));
    expect(screen.getByText('3 commands').closest('details')?.open).toBe(false);
    cleanup();
    await open(aCase({ diagnoses: [aDiagnosis({ steps: [byHand({ commands })] })] }));
    expect(screen.getByText('echo three').closest('details')).toBeNull();
  });

  it('of a record without words for its button is done all the same', async () => {
    await open(aCase({ diagnoses: [aDiagnosis({ steps: [anOffer({ act: undefined })] })] }));
    expect(screen.getByRole('button', { name: 'Do this step: Revert: back to compute-a' })).toBeTruthy();
  });
});

describe('a deadline', () => {
  it('names the base by eight digits, and the step that settles it', async () => {
    const base = '7ef5f45e18ca399dee9de01c6b5cf0e47ff78016';
    const clock = { what: 'base-purge', host: 'compute-a', atMs: Date.now() + 9e6 } as const;
    await open(
      aCase({ clocks: [{ ...clock, says: `It may remove the base ${base}.`, settledBy: 'revert' }] }),
    );
    expect(screen.getByText('Deadlines: what Nova does by itself')).toBeTruthy();
    const line = screen.getByRole('timer').closest('li');
    expect(line?.textContent).toContain('It may remove the base 7ef5f45e…. Step 1 settles it.');
  });
});
