import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Handlers } from '../../main/contract/ipc.ts';
import type { CaseView, StepDoneView } from '../../main/contract/recovery-views.ts';
import { Failure } from '../../main/domain/failure.ts';
import { setEngine } from '../../renderer/engine.ts';
import { doStep, forgetCases, readCase, useCases } from '../../renderer/store/recovery-cases.ts';
import { fakeBridge, later, type FakeBridge } from './support/fake-bridge.ts';
import { catchClipboard } from './support/files.ts';
import {
  aCase,
  aDiagnosis,
  aMendedCase,
  anOffer,
  aSide,
  byHand,
  HOSTILE,
  HOSTILE_SHOWN,
  refused,
} from './support/recovery-samples.ts';
import { renderPage } from './support/render-page.tsx';
import { aDesk, GIB, SERVER_ID } from './support/samples.ts';

const button = (name: string): HTMLElement => screen.getByRole('button', { name });
const DO_REVERT = 'Revert: back to compute-a';

/** Opens the case by its address, with these answers one after the other; the last one stays. */
async function open(views: readonly CaseView[], more: Partial<Handlers> = {}): Promise<FakeBridge> {
  const left = [...views];
  const bridge = fakeBridge({
    'recovery.diagnose': () => {
      const view = left.length > 1 ? left.shift() : left[0];
      return view === undefined ? Promise.reject(new Error('no answer')) : Promise.resolve(view);
    },
    ...more,
  });
  renderPage({ page: 'case', id: SERVER_ID }, bridge);
  await screen.findByRole('heading', { level: 1, name: 'legacy-04' });
  return bridge;
}

describe('a case', () => {
  it('says while it is read that it is, and why it cannot be', async () => {
    const answer = later<CaseView>();
    const bridge = fakeBridge({ 'recovery.diagnose': () => answer.promise });
    renderPage({ page: 'case', id: SERVER_ID }, bridge);
    expect(await screen.findByText('Reading the cloud and the hosts…')).toBeTruthy();
    answer.reject(
      new Failure('cloud.unreachable', 'no answer', { hint: 'Look at the network.', requestId: 'req-9' }),
    );
    const alert = await screen.findByRole('alert');
    for (const words of ['This instance could not be looked at', 'Look at the network.', 'req-9'])
      expect(alert.textContent).toContain(words);
    fireEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
    await waitFor(() => {
      expect(bridge.asked('recovery.diagnose')).toEqual([{ server: SERVER_ID }, { server: SERVER_ID }]);
    });
  });

  it('names the instance, its state, its fault and lock, and how old that is', async () => {
    const { server } = aCase();
    const more = { taskState: 'resize_finish', locked: true, fault: 'No valid host was found' };
    await open([aCase({ server: { ...server, ...more } })]);
    const head = screen.getByRole('heading', { level: 1 }).closest('header');
    for (const words of ['Nova is doing resize_finish', 'Locked', 'No valid host was found', SERVER_ID])
      expect(head?.textContent).toContain(words);
    expect(screen.getByText(/^Read \d+ s ago$/)).toBeTruthy();
    expect(screen.getByRole('link', { name: 'All stuck instances' }).getAttribute('href')).toBe('#/recovery');
  });

  it('says what is wrong, why, how sure, and what never to do', async () => {
    const second = aDiagnosis({
      rule: 'two-records',
      title: 'Two records',
      urgency: 'waits',
      confidence: 'open',
      wouldTell: 'The log of compute-b.',
      never: [],
      steps: [],
    });
    await open([aCase({ diagnoses: [aDiagnosis(), second] })]);
    const first = within(screen.getByRole('region', { name: 'VERIFY_RESIZE, and nothing was copied' }));
    for (const words of [
      'Danger, certain',
      'Nothing of it is on compute-b; the only disks are on compute-a.',
      'compute-b has no root disk of it',
    ])
      expect(first.getByText(words)).toBeTruthy();
    const never = first.getByRole('heading', { name: 'Never do this' }).parentElement;
    expect(never?.textContent).toContain('Confirm. Nova removes the only copy.');
    expect(never?.closest('details')).toBeNull();
    const other = within(screen.getByRole('region', { name: 'Two records' }));
    expect(other.getByText('Waits, cannot be told yet')).toBeTruthy();
    expect(other.getByText('The log of compute-b.')).toBeTruthy();
    expect(other.queryByText('Never do this')).toBeNull();
  });

  it('numbers the steps over all diagnoses, marks the next one, and tells each once', async () => {
    const diagnoses = [
      aDiagnosis({ steps: [refused(), anOffer()] }),
      aDiagnosis({ rule: 'other', title: 'Other', steps: [anOffer(), byHand()] }),
    ];
    await open([aCase({ diagnoses })]);
    const steps = screen
      .getAllByRole('listitem')
      .flatMap((item) => (/^\d\. /.test(item.textContent) ? [item.textContent] : []));
    expect(steps.map((text) => text.slice(0, 12))).toEqual([
      '1. Confirm: ',
      '2. Revert: b',
      '2. Revert: b',
      '3. Look into',
    ]);
    expect(steps[2]).toMatch(/as above$/);
    const next = screen.getByText('Next').closest('li');
    expect(next?.textContent).toMatch(/^2\. Revert/);
    expect(next?.getAttribute('aria-current')).toBe('step');
    for (const words of ['the cloud', 'Migrate it again.', 'there is no _resize.', 'Nova removes what is on'])
      expect(next?.textContent).toContain(words);
    expect(screen.getAllByRole('button', { name: DO_REVERT })).toHaveLength(1);
  });

  it('shows a refused step with each reason, and no way to do it', async () => {
    const refusals = ['G1: no copy on compute-b was proven', 'G4: the record is not finished'];
    await open([aCase({ diagnoses: [aDiagnosis({ steps: [refused({ refusals })] })] })]);
    const step = screen.getByText('Refused now').closest('li');
    for (const reason of refusals) expect(step?.textContent).toContain(reason);
    expect(
      within(step ?? document.body)
        .getByText('What it would do')
        .closest('details')?.open,
    ).toBe(false);
    expect(screen.queryByRole('button', { name: /^(?:Confirm|Revert)/ })).toBeNull();
    expect(screen.queryByText('Next')).toBeNull();
  });

  it('cuts the own id short where it is only read, and keeps it in what is copied', async () => {
    const path = `/var/lib/nova/instances/${SERVER_ID}_resize`;
    const undo = `mv -nT ${path}.kept ${path}`;
    const steps = [
      anOffer({ act: 'Set it aside', title: `Set ${SERVER_ID} aside`, commands: [`mv ${path} /srv`], undo }),
    ];
    await open([aCase({ diagnoses: [aDiagnosis({ verdict: `The disks are in ${path}.`, steps })] })]);
    expect(screen.getByText('The disks are in /var/lib/nova/instances/0b1d5a2e…_resize.')).toBeTruthy();
    expect(button('Set it aside: Set 0b1d5a2e… aside')).toBeTruthy();
    expect(screen.getByText(`mv ${path} /srv`)).toBeTruthy();
    expect(screen.getByText(undo).tagName).toBe('CODE');
  });

  it('copies a command as it is, and not one that hides characters', async () => {
    const copied = catchClipboard();
    const [harmless = ''] = anOffer().commands;
    await open([
      aCase({ diagnoses: [aDiagnosis({ steps: [anOffer({ commands: [harmless, `rm ${HOSTILE}`] })] })] }),
    ]);
    fireEvent.click(button('Copy the command'));
    expect(copied).toEqual([harmless]);
    expect(screen.getByText(`rm ${HOSTILE_SHOWN}`)).toBeTruthy();
  });

  it('counts down to what happens by itself', async () => {
    const clock = {
      what: 'auto-confirm',
      host: 'compute-b',
      atMs: Date.now() + (2 * 3600 + 300) * 1000 + 500,
      says: 'Nova on compute-b confirms by itself.',
    } as const;
    await open([
      aCase({ clocks: [clock, { ...clock, what: 'base-purge', atMs: 0, says: 'A base may go.' }] }),
    ]);
    const [first, second] = screen.getAllByRole('timer');
    expect(first?.textContent).toMatch(/^in 2 h 0[45] min$/);
    expect(first?.parentElement?.textContent).toContain('Nova on compute-b confirms by itself.');
    expect(second?.textContent).toMatch(/^due since \d+ h/);
  });

  it('shows the cloud, the source and the destination, and a host that was silent', async () => {
    const log = ['first line', 'last line'];
    const sides = [
      aSide({ name: 'compute-c', role: 'other', silent: 'no answer by SSH', directories: [] }),
      aSide({ name: 'compute-b', role: 'destination', directories: [], copies: ['4711 rsync -aS (40 s)'] }),
      aSide({ leftovers: ['disk.kept-1'], logLines: log }),
    ];
    await open([aCase({ sides })]);
    const columns = screen
      .getAllByRole('region')
      .map((region) => region.getAttribute('aria-label'))
      .filter((label) => label?.includes('compute') === true || label === 'The cloud');
    expect(columns).toEqual([
      'The cloud',
      'Source compute-a',
      'Destination compute-b',
      'Other host compute-c',
    ]);
    const of = (name: string): HTMLElement => screen.getByRole('region', { name });
    expect(of('The cloud').textContent).toContain('Record 7 (migration): finished');
    for (const words of [
      '5.00 GiB taken up, size 20.0 GiB',
      'inode 1234',
      '/_base/a3c5d1ac',
      'Left over',
      'disk.kept-1',
    ])
      expect(of('Source compute-a').textContent).toContain(words);
    expect(screen.getByText('last line').closest('details')?.open).toBe(false);
    for (const words of ['No files of it.', '4711 rsync -aS (40 s)', 'Domain: absent'])
      expect(of('Destination compute-b').textContent).toContain(words);
    expect(of('Other host compute-c').textContent).toContain('no answer by SSH');
    expect(of('Other host compute-c').textContent).not.toContain('Domain');
  });

  it('shows hostile names as text, wherever they come from', async () => {
    const { server } = aCase();
    const file = {
      name: HOSTILE,
      sizeBytes: GIB,
      allocatedBytes: GIB,
      changedAtMs: 0,
      inode: 1,
      base: HOSTILE,
      problem: HOSTILE,
    };
    const hostile = aCase({
      server: { ...server, fault: HOSTILE, status: HOSTILE, host: HOSTILE },
      cloud: [HOSTILE],
      sides: [
        aSide({
          name: HOSTILE,
          domain: HOSTILE,
          directories: [{ path: HOSTILE, files: [file] }],
          leftovers: [HOSTILE],
          copies: [HOSTILE],
          logLines: [HOSTILE],
        }),
      ],
      clocks: [{ what: 'base-purge', host: 'a', atMs: 0, says: HOSTILE }],
      diagnoses: [
        aDiagnosis({
          title: HOSTILE,
          verdict: HOSTILE,
          because: [HOSTILE],
          wouldTell: HOSTILE,
          steps: [
            byHand({ title: HOSTILE, where: HOSTILE, changes: HOSTILE, undo: HOSTILE, check: HOSTILE }),
          ],
          never: [{ what: HOSTILE, why: HOSTILE }],
          mendedWhen: HOSTILE,
        }),
      ],
    });
    await open([hostile]);
    expect(document.querySelector('img')).toBeNull();
    for (const character of ['\u202e', '\u0007']) expect(document.body.textContent).not.toContain(character);
    expect(document.body.textContent.split(HOSTILE_SHOWN).length).toBeGreaterThan(18);
  });

  it('that is in order says so', async () => {
    await open([aMendedCase()]);
    expect(screen.getByText('Nothing is known to be wrong with it.')).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('needs a cloud, and is not asked for without one', async () => {
    const bridge = fakeBridge({ 'desk.read': () => Promise.resolve(aDesk({ cloud: { state: 'none' } })) });
    renderPage({ page: 'case', id: SERVER_ID }, bridge);
    expect(await screen.findByText('Choose a cloud first')).toBeTruthy();
    expect(bridge.asked('recovery.diagnose')).toHaveLength(0);
  });
});

describe('a step', () => {
  it('is asked about with what it changes; not now does nothing', async () => {
    const bridge = await open([aCase()]);
    fireEvent.click(button(DO_REVERT));
    const dialog = await screen.findByRole('dialog', { name: 'Revert: back to compute-a' });
    for (const words of ['Nova removes what is on compute-b', 'Migrate it again.', 'migration revert'])
      expect(dialog.textContent).toContain(words);
    fireEvent.click(within(dialog).getByRole('button', { name: 'Not now' }));
    await waitFor(() => {
      expect(screen.queryByRole('dialog')).toBeNull();
    });
    expect(bridge.asked('recovery.step')).toEqual([]);
  });

  /** Says yes to the revert. */
  const confirm = async (): Promise<void> => {
    fireEvent.click(button(DO_REVERT));
    const dialog = await screen.findByRole('dialog');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Revert: back to compute-a' }));
    await waitFor(() => {
      expect(screen.queryByRole('dialog')).toBeNull();
    });
  };

  it('runs alone, with a clock; then the page says what was done and shows the new case', async () => {
    const answer = later<StepDoneView>();
    const bridge = await open([aCase({ diagnoses: [aDiagnosis({ steps: [anOffer(), byHand()] })] })], {
      'recovery.step': () => answer.promise,
    });
    await confirm();
    expect(screen.getByText('Everything is read anew, then the step is done')).toBeTruthy();
    expect(screen.getByRole('timer').textContent).toMatch(/^\d+ s$/);
    for (const name of [DO_REVERT, 'Look again', 'I did it, look again: Look into the log']) {
      expect(button(name).getAttribute('aria-disabled')).toBe('true');
      fireEvent.click(button(name));
    }
    expect(screen.queryByRole('dialog')).toBeNull();
    answer.resolve({ said: 'Nova reverted it to compute-a.', requestId: 'req-42', now: aMendedCase() });
    const said = await screen.findByText('Nova reverted it to compute-a.');
    expect(screen.getByText('req-42')).toBeTruthy();
    expect(screen.getByText('Nothing is known to be wrong with it.')).toBeTruthy();
    await waitFor(() => {
      expect(document.activeElement?.contains(said)).toBe(true);
    });
    expect(document.activeElement).not.toBe(document.body);
    expect(bridge.asked('recovery.step')).toEqual([{ server: SERVER_ID, key: 'revert' }]);
    expect(bridge.asked('recovery.diagnose')).toHaveLength(1);
  });

  it('that fails says why, with hint and request id, and leads to another look', async () => {
    const bridge = await open([aCase(), aMendedCase()], {
      'recovery.step': () =>
        Promise.reject(
          new Failure('migration.changed', 'the step is refused: G2: it runs on compute-b', {
            hint: 'Nothing was done.',
            requestId: 'req-43',
          }),
        ),
    });
    await confirm();
    const alert = await screen.findByRole('alert');
    for (const words of [
      'Not done: Revert: back to compute-a',
      'G2: it runs on compute-b',
      'Nothing was done.',
      'req-43',
    ])
      expect(alert.textContent).toContain(words);
    expect(button(DO_REVERT).getAttribute('aria-disabled')).toBe('false');
    fireEvent.click(within(alert).getByRole('button', { name: 'Look again' }));
    expect(await screen.findByText('Looked again: it has changed.')).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
    expect(bridge.asked('recovery.diagnose')).toHaveLength(2);
  });

  it('by hand is not done by the app; it only looks again', async () => {
    const withHand = aCase({ diagnoses: [aDiagnosis({ steps: [byHand()] })] });
    const bridge = await open([withHand, withHand, aMendedCase()]);
    expect(screen.getByText('By hand').closest('li')?.textContent).toContain('Next');
    expect(screen.queryByRole('button', { name: /^(?:Confirm|Revert)/ })).toBeNull();
    const didIt = button('I did it, look again: Look into the log');
    didIt.focus();
    fireEvent.click(didIt);
    expect(await screen.findByText('Looked again: it is as before.')).toBeTruthy();
    expect(document.activeElement).toBe(didIt);
    fireEvent.click(didIt);
    const news = await screen.findByText('Looked again: it has changed.');
    await waitFor(() => {
      expect(document.activeElement).toBe(news.parentElement);
    });
    expect(bridge.asked('recovery.step')).toEqual([]);
  });
});

describe('cases', () => {
  it('that are young are not read again when one comes back, old ones are', async () => {
    const bridge = await open([aCase()]);
    window.location.hash = '#/recovery';
    await screen.findByText('Not looked yet');
    window.location.hash = `#/recovery/${SERVER_ID}`;
    await screen.findByText(/^Read \d+ s ago$/);
    expect(bridge.asked('recovery.diagnose')).toHaveLength(1);
    window.location.hash = '#/recovery';
    await screen.findByText('Not looked yet');
    const known = useCases.getState()[SERVER_ID];
    if (known?.view === undefined) throw new Error('the case was not kept');
    useCases.setState({ [SERVER_ID]: { ...known, view: { ...known.view, readAtMs: 0 } } });
    window.location.hash = `#/recovery/${SERVER_ID}`;
    await waitFor(() => {
      expect(bridge.asked('recovery.diagnose')).toHaveLength(2);
    });
  });

  it('of another cloud than now are not wanted any more when they come', async () => {
    const view = later<CaseView>();
    const done = later<StepDoneView>();
    setEngine(fakeBridge({ 'recovery.diagnose': () => view.promise, 'recovery.step': () => done.promise }));
    forgetCases();
    const late = [readCase('a'), doStep('b', anOffer())];
    expect(Object.keys(useCases.getState())).toEqual(['a', 'b']);
    forgetCases();
    view.resolve(aCase());
    done.resolve({ said: 'Done.', now: aCase() });
    await Promise.all(late);
    expect(useCases.getState()).toEqual({});
  });
});
