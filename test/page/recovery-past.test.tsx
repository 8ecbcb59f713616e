import { fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Handlers } from '../../main/contract/ipc.ts';
import type { CaseView } from '../../main/contract/recovery-views.ts';
import { Failure } from '../../main/domain/failure.ts';
import { fakeBridge, type FakeBridge } from './support/fake-bridge.ts';
import { aCase, HOSTILE, HOSTILE_SHOWN } from './support/recovery-samples.ts';
import { renderPage } from './support/render-page.tsx';
import { SERVER_ID } from './support/samples.ts';

async function open(view: CaseView, more: Partial<Handlers> = {}): Promise<FakeBridge> {
  const bridge = fakeBridge({ 'recovery.diagnose': () => Promise.resolve(view), ...more });
  renderPage({ page: 'case', id: SERVER_ID }, bridge);
  await screen.findByRole('heading', { level: 1, name: 'legacy-04' });
  return bridge;
}

describe('what was done before', () => {
  it('is told newest first, and saved with all that was seen', async () => {
    const steps = [
      { key: 'revert', title: 'Revert', end: 'unknown', said: 'It may have been done.' },
      {
        key: 'put-back',
        title: `Put back ${HOSTILE}`,
        end: 'failed',
        said: 'The name is taken.',
        requestId: 'req-8',
      },
    ] as const;
    const past = steps.map((step, index) => ({ ...step, beganMs: Date.now() - index, who: 'kim@desk' }));
    const bridge = await open(aCase({ past }), {
      'recovery.record-file': () => Promise.reject(new Failure('journal.damaged', 'line 2 is no fact')),
    });
    const region = screen.getByRole('region', { name: 'Done before' });
    const [first, second] = within(region).getAllByRole('listitem');
    expect(first?.textContent).toMatch(/End not known.*Revert It may have been done.*by kim@desk/);
    expect(second?.textContent).toContain(`Not done`);
    expect(second?.textContent).toContain(`Put back ${HOSTILE_SHOWN} The name is taken. by kim@desk, req-8`);
    fireEvent.click(screen.getByRole('button', { name: 'Save the record' }));
    expect((await screen.findByRole('alert')).textContent).toContain('Line 2 is no fact');
    expect(bridge.asked('recovery.record-file')).toEqual([{ server: SERVER_ID }]);
  });

  it('says why there is nothing to tell', async () => {
    await open(aCase({ pastProblem: 'line 1 of /state/facts.jsonl is not a fact' }));
    expect(screen.getByRole('region', { name: 'Done before' }).textContent).toContain('is not a fact');
    expect(screen.queryByRole('button', { name: 'Save the record' })).toBeNull();
  });
});
