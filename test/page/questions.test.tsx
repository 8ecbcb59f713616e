import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { QuestionView } from '../../main/contract/desk-views.ts';
import { Failure } from '../../main/domain/failure.ts';
import { compare, keyFileOf } from '../../renderer/features/questions/fingerprint.ts';
import { fakeBridge, type FakeBridge } from './support/fake-bridge.ts';
import { renderPage, send } from './support/render-page.tsx';
import { aDesk } from './support/samples.ts';

const FINGERPRINT = 'SHA256:uNiVztksCsDhcc0u9e8BrNSlPHrVyCvC1gEzBfR2tdc';

function hostKey(host: string, id: string): QuestionView {
  return {
    kind: 'host-key',
    id,
    host,
    address: '192.0.2.11',
    keyType: 'ssh-ed25519',
    fingerprint: FINGERPRINT,
  };
}

const FIRST = hostKey('compute-a', 'a1b2c3d4-0000-4000-8000-00000000000a');
const SECOND = hostKey('compute-b', 'a1b2c3d4-0000-4000-8000-00000000000b');
const PASSPHRASE: QuestionView = {
  kind: 'passphrase',
  id: 'a1b2c3d4-0000-4000-8000-00000000000c',
  keyFile: '/home/ops/.ssh/id_ed25519',
};

function asking(questions: readonly QuestionView[], refuse?: Failure): FakeBridge {
  const bridge = fakeBridge({
    'desk.read': () => Promise.resolve(aDesk({ questions })),
    'question.answer': () =>
      refuse === undefined ? Promise.resolve({ taken: true }) : Promise.reject(refuse),
  });
  renderPage({ page: 'migrations' }, bridge);
  return bridge;
}

const button = (name: string): HTMLElement => screen.getByRole('button', { name });

describe('host keys', () => {
  it('names the key file by the type of the key', () => {
    expect(['ssh-ed25519', 'ecdsa-sha2-nistp256', 'rsa-sha2-512', 'ssh-new'].map(keyFileOf)).toEqual([
      '/etc/ssh/ssh_host_ed25519_key.pub',
      '/etc/ssh/ssh_host_ecdsa_key.pub',
      '/etc/ssh/ssh_host_rsa_key.pub',
      '/etc/ssh/ssh_host_*_key.pub',
    ]);
  });

  it('compares a pasted line of ssh-keygen, and takes nothing else for equal', () => {
    expect(compare(`256 ${FINGERPRINT} root@compute-a (ED25519)`, FINGERPRINT)).toBe('equal');
    expect(compare(FINGERPRINT.slice('SHA256:'.length), FINGERPRINT)).toBe('equal');
    expect(compare(FINGERPRINT.slice(0, -1), FINGERPRINT)).toBe('different');
    expect(compare('  ', FINGERPRINT)).toBe('nothing given');
  });

  it('shows what is to be compared, with the keyboard on none of the answers', async () => {
    asking([FIRST]);
    const dialog = await screen.findByRole('dialog', { name: 'Is this really compute-a?' });
    for (const text of [
      '192.0.2.11',
      'ssh-ed25519',
      FINGERPRINT,
      'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
    ])
      expect(within(dialog).getByText(text)).toBeDefined();
    await waitFor(() => {
      expect(dialog.contains(document.activeElement)).toBe(true);
    });
    expect(document.activeElement?.closest('button')).toBeNull();
  });

  it('asks one after the other; the second half of a double click answers nothing', async () => {
    const bridge = asking([FIRST, SECOND]);
    await screen.findByRole('dialog', { name: 'Is this really compute-a? (1 of 2)' });
    fireEvent.click(button('Store the key and go on'), { detail: 1 });
    send(bridge, { name: 'questions.changed', payload: [SECOND] });
    await screen.findByRole('dialog', { name: 'Is this really compute-b?' });
    fireEvent.click(button('Store the key and go on'), { detail: 2 });
    expect(bridge.asked('question.answer')).toEqual([{ id: FIRST.id, accepted: true }]);
    fireEvent.click(button('Refuse'), { detail: 1 });
    await waitFor(() => {
      expect(bridge.asked('question.answer').at(-1)).toEqual({ id: SECOND.id, accepted: false });
    });
  });

  it('cannot be stored when the pasted fingerprint is another', async () => {
    asking([FIRST]);
    fireEvent.change(await screen.findByLabelText(/Paste what it printed/), {
      target: { value: '256 SHA256:another root@compute-a (ED25519)' },
    });
    expect(button('Store the key and go on')).toHaveProperty('disabled', true);
    expect(button('Refuse')).toHaveProperty('disabled', false);
  });

  it('is put off by Escape without an answer, and waits at the foot of the page', async () => {
    const bridge = asking([FIRST, SECOND]);
    const dialog = await screen.findByRole('dialog');
    fireEvent.keyDown(dialog, { key: 'Escape' });
    expect(await screen.findByText(/^2 questions wait for you/)).toBeDefined();
    expect(bridge.asked('question.answer')).toEqual([]);
    fireEvent.click(button('Answer them'));
    await screen.findByRole('dialog', { name: /compute-a/ });
  });

  it('goes away when another page has answered', async () => {
    const bridge = asking([FIRST]);
    await screen.findByRole('dialog');
    send(bridge, { name: 'questions.changed', payload: [] });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('says when the answer did not arrive, and takes another', async () => {
    const bridge = asking([FIRST], new Failure('internal', 'the engine is not reachable'));
    await screen.findByRole('dialog');
    fireEvent.click(button('Refuse'));
    expect((await screen.findByRole('alert')).textContent).toContain('The engine is not reachable');
    fireEvent.click(button('Refuse'));
    await waitFor(() => {
      expect(bridge.asked('question.answer')).toHaveLength(2);
    });
  });
});

describe('passphrases', () => {
  it('sends what was typed, and neither answer for no', async () => {
    const bridge = asking([PASSPHRASE]);
    const field = await screen.findByLabelText('Passphrase');
    expect(field).toHaveProperty('type', 'password');
    fireEvent.change(field, { target: { value: 'correct horse' } });
    fireEvent.click(button('Open the key'));
    await waitFor(() => {
      expect(bridge.asked('question.answer')).toEqual([{ id: PASSPHRASE.id, passphrase: 'correct horse' }]);
    });
  });

  it('can be done without', async () => {
    const bridge = asking([PASSPHRASE]);
    fireEvent.click(await screen.findByRole('button', { name: 'Do without this key' }));
    await waitFor(() => {
      expect(bridge.asked('question.answer')).toEqual([{ id: PASSPHRASE.id }]);
    });
  });
});
