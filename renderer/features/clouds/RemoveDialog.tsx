import { Button, Group, Modal } from '@mantine/core';
import { useState } from 'react';
import type { FailureView, ProfileView } from '@contract/desk-views.ts';
import { Problem } from '../../components/Problem.tsx';
import { removeCloud } from '../../store/clouds.ts';

interface RemoveDialogProps {
  readonly profile: ProfileView;
  readonly close: () => void;
}

/** Forgets an imported profile and its secret; names it before it does. */
export function RemoveDialog({ profile: { name, authUrl }, close }: RemoveDialogProps) {
  const [sent, setSent] = useState(false);
  const [failure, setFailure] = useState<FailureView>();
  const remove = async (): Promise<void> => {
    setSent(true);
    const reply = await removeCloud(name);
    setSent(false);
    if (reply.ok) close();
    else setFailure(reply);
  };
  return (
    <Modal opened onClose={close} title={`Remove ${name}?`} closeButtonProps={{ 'aria-label': 'Keep it' }}>
      <p className="clouds-note">
        Coldhaul forgets the imported login to <span className="mono">{authUrl}</span> and its password.
        Nothing in the cloud changes, and your own files stay as they are. To use it again, import it again.
      </p>
      {failure !== undefined && <Problem failure={failure} />}
      <Group justify="flex-end" gap="sm" mt="md">
        <Button variant="default" onClick={close} data-autofocus>
          Keep it
        </Button>
        <Button color="red" loading={sent} onClick={() => void remove()}>
          Remove {name}
        </Button>
      </Group>
    </Modal>
  );
}
