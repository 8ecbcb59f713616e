import { Button, Group, Modal, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import type { FailureView, ProfileView } from '@contract/desk-views.ts';
import { Problem } from '../../components/Problem.tsx';
import { giveSecret, openCloud, useClouds } from '../../store/clouds.ts';
import { SECRET_WORDS } from './secret-words.ts';

interface SecretDialogProps {
  readonly profile: ProfileView;
  readonly close: () => void;
}

/** Asks for the secret of a profile and opens it with that. */
export function SecretDialog({ profile, close }: SecretDialogProps) {
  const { name, login, user, authUrl } = profile;
  const [secret, setSecret] = useState('');
  const [sent, setSent] = useState(false);
  const [failure, setFailure] = useState<FailureView>();
  const kept = useClouds(({ clouds }) => clouds?.secrets.kept ?? 'memory');
  const word = SECRET_WORDS[login];
  const give = async (): Promise<void> => {
    setSent(true);
    const reply = await giveSecret(name, secret);
    setSent(false);
    if (!reply.ok) {
      setFailure(reply);
      return;
    }
    close();
    void openCloud(name);
  };
  return (
    <Modal
      opened
      onClose={close}
      title={`${word} of ${name}`}
      closeButtonProps={{ 'aria-label': 'Close without giving it' }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (secret !== '' && !sent) void give();
        }}
      >
        <p className="clouds-note">
          For {user ?? 'the login'} at <span className="mono">{authUrl}</span>.{' '}
          {kept === 'key-store'
            ? 'It is kept in the key store of this system.'
            : 'It is kept in memory and forgotten when the app ends.'}
        </p>
        <PasswordInput
          data-autofocus
          label={word}
          value={secret}
          autoComplete="off"
          visibilityToggleButtonProps={{ 'aria-label': `Show the ${word.toLowerCase()}` }}
          onChange={(event) => {
            setSecret(event.currentTarget.value);
          }}
        />
        {failure !== undefined && (
          <div className="clouds-gap">
            <Problem failure={failure} />
          </div>
        )}
        <Group justify="flex-end" gap="sm" mt="md">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" disabled={secret === ''} loading={sent}>
            Open {name}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
