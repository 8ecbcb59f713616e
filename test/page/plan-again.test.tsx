import { act, fireEvent, screen, within } from '@testing-library/react';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Handlers } from '../../main/contract/ipc.ts';
import type { PlanView } from '../../main/contract/views.ts';
import { Failure } from '../../main/domain/failure.ts';
import type { Finding } from '../../renderer/features/findings/verdicts.ts';
import { forgetInventory } from '../../renderer/store/inventory.ts';
import { checkAgain, usePlans } from '../../renderer/store/plans.ts';
import { fakeBridge, later, type FakeBridge, type Later } from './support/fake-bridge.ts';
import { renderPage, send } from './support/render-page.tsx';
import { anInventory, aPlan, SERVER_ID } from './support/samples.ts';

const button = (name: string | RegExp): HTMLButtonElement => screen.getByRole('button', { name });
const box = (id: string): HTMLInputElement =>
  screen.getByRole('checkbox', { name: `I know this and go on: ${id}` });
const findings = (): HTMLElement => screen.getByRole('region', { name: 'Findings' });
const fresh = (found: readonly Finding[]): PlanView => aPlan({ madeAtMs: Date.now(), findings: found });

const gone: Finding = {
  id: 'image.gone',
  title: 'Image',
  verdict: 'warn',
  message: 'The image was deleted.',
};
const clock = (seconds: number): Finding => ({
  id: 'hosts.clock',
  title: 'Clocks',
  verdict: 'warn',
  message: `The clocks are ${String(seconds)} s apart.`,
});
const locked: Finding = {
  id: 'server.lock',
  title: 'Lock',
  verdict: 'block',
  message: 'The instance is locked.',
  evidence: ['locked: true'],
  fix: 'openstack server unlock x',
};
const passes = (count: number): readonly Finding[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `source.check-${String(index)}`,
    title: `Check ${String(index)}`,
    verdict: 'pass',
    message: `In order ${String(index)}.`,
  }));

beforeEach(() => {
  usePlans.setState(usePlans.getInitialState(), true);
  forgetInventory();
});

/** Shows the plan with these findings; each further asking waits for the test. */
async function showPlan(
  found: readonly Finding[],
  more: Partial<Handlers> = {},
): Promise<{ readonly bridge: FakeBridge; readonly next: Later<PlanView> }> {
  const next = later<PlanView>();
  let asked = 0;
  const bridge = fakeBridge({
    'inventory.read': () => Promise.resolve(anInventory()),
    'plan.make': () => {
      asked += 1;
      return asked === 1 ? Promise.resolve(fresh(found)) : next.promise;
    },
    'plan.stop': () => Promise.resolve({}),
    ...more,
  });
  renderPage({ page: 'plan', servers: [SERVER_ID] }, bridge);
  await screen.findByRole('radio', { name: 'compute-b' });
  fireEvent.click(button('Make the plan'));
  await screen.findByRole('region', { name: 'Findings' });
  return { bridge, next };
}

describe('checks of a plan', () => {
  test('run again in place: what still says the same stays ticked, and what changed is said', async () => {
    const { bridge, next } = await showPlan([locked, gone, clock(3)]);
    fireEvent.click(box('image.gone'));
    fireEvent.click(box('hosts.clock'));
    fireEvent.click(button('Check again'));
    const asked = bridge.asked('plan.make');
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual({ ...asked[0], ask: asked[1]?.ask });
    expect(findings().getAttribute('aria-busy')).toBe('true');
    expect(button(/^Start/).disabled).toBe(true);
    send(bridge, {
      name: 'plan.progress',
      payload: { ask: asked[1]?.ask ?? '', message: 'Looking at both hosts' },
    });
    expect(within(findings()).getByText('Checking again: Looking at both hosts…')).toBeTruthy();
    // What was found before stays to be read meanwhile.
    expect(within(findings()).getByText('The instance is locked.')).toBeTruthy();
    next.resolve(fresh([gone, clock(9), ...passes(2)]));
    expect(await screen.findByText('Says something else: Clocks. Gone: Lock.')).toBeTruthy();
    expect(box('image.gone').checked).toBe(true);
    expect(box('hosts.clock').checked).toBe(false);
    expect(screen.getByText('One warning is not acknowledged yet.')).toBeTruthy();
    expect(screen.getByText('Checked: nothing blocks, one warning to acknowledge, 2 in order.')).toBeTruthy();
  });

  test('are not run twice at once, keep the focus, and can be stopped with the plan as it was', async () => {
    const { bridge, next } = await showPlan([gone]);
    fireEvent.click(box('image.gone'));
    button('Check again').focus();
    fireEvent.click(button('Check again'));
    fireEvent.click(button('Check again'));
    await act(() => checkAgain(SERVER_ID));
    expect(bridge.asked('plan.make')).toHaveLength(2);
    expect(document.activeElement).toBe(button('Check again'));
    fireEvent.click(button('Stop'));
    expect(bridge.asked('plan.stop')).toEqual([{ ask: bridge.asked('plan.make')[1]?.ask }]);
    await act(async () => {
      next.resolve(fresh([locked]));
      await next.promise;
    });
    expect(screen.queryByText('The instance is locked.')).toBeNull();
    expect(box('image.gone').checked).toBe(true);
    expect(button(/^Start/).disabled).toBe(false);
  });

  test('that could not run again leave the old findings, which then start nothing', async () => {
    const { next } = await showPlan(passes(1));
    fireEvent.click(button('Check again'));
    next.reject(new Failure('host.unreachable', 'compute-b does not answer'));
    expect(await screen.findByText('compute-b does not answer')).toBeTruthy();
    expect(screen.getByText('It could not be checked again.')).toBeTruthy();
    expect(screen.getByText('One check in order')).toBeTruthy();
    expect(button(/^Start/).disabled).toBe(true);
  });

  test('say so when nothing was found at all', async () => {
    await showPlan([]);
    expect(within(findings()).getByText('Nothing stands in the way.')).toBeTruthy();
    expect(within(findings()).queryByRole('searchbox')).toBeNull();
  });

  test('are many: what blocks is unfolded, all else folded, and a word finds what is in order', async () => {
    await showPlan([...passes(66), clock(3), gone, locked]);
    const groups = within(findings()).getAllByRole('heading', { level: 3, hidden: true });
    expect(groups.map((group) => group.textContent)).toEqual([
      'The instance',
      'Image',
      'Between the hosts',
      'Source compute-a',
    ]);
    // In sight without a click: what blocks, and what to do about it.
    expect(screen.getByText('openstack server unlock x').closest('details')).toBeNull();
    expect([...findings().querySelectorAll('details')].filter(({ open }) => open)).toEqual([]);
    expect(screen.getByText('locked: true').closest('details')).not.toBeNull();
    expect(screen.getByText('66 checks in order')).toBeTruthy();
    fireEvent.change(screen.getByRole('searchbox', { name: 'Search the findings' }), {
      target: { value: 'check-65' },
    });
    expect(screen.getByText('One check in order').closest('details')?.open).toBe(true);
    expect(screen.queryByText('The instance is locked.')).toBeNull();
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'no such thing' } });
    expect(screen.getByText('No check has these words.')).toBeTruthy();
  });

  test('from hostile hosts are text, with what is hidden made seen', async () => {
    const hostile = '<img src=x onerror=alert(1)>\u202e'.repeat(40);
    await showPlan([
      { id: hostile, title: hostile, verdict: 'warn', message: hostile, evidence: [hostile], fix: hostile },
      { ...locked, title: '', fix: 'On a\u202e: rm -rf /' },
    ]);
    expect(findings().querySelector('img')).toBeNull();
    expect(findings().textContent).not.toContain('\u202e');
    expect(findings().textContent).toContain('\\u{202e}');
  });
});
