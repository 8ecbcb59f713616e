import { Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useId, useState } from 'react';
import { cutMiddle, printable } from '@contract/format.ts';
import type { FailureView } from '@contract/desk-views.ts';
import type { MigrationView } from '@contract/views.ts';
import { Problem } from '../../../components/Problem.tsx';
import { call } from '../../../engine.ts';
import { takeMigration } from '../../../store/desk.ts';
import type { Offer } from '../actions.ts';

const LOOKS = {
  confirm: { short: 'Confirm…', variant: 'filled' },
  revert: { short: 'Revert…', variant: 'default' },
  cancel: { short: 'Cancel the migration…', variant: 'default' },
} as const;

/** A decision: the button on the page opens a dialog that names the object and says what will happen. */
export function DecisionButton({ view, offer }: { readonly view: MigrationView; readonly offer: Offer }) {
  const [opened, setOpened] = useState(false);
  const reason = useId();
  const { short, variant } = LOOKS[offer.decision];
  const refused = offer.refused;
  return (
    <>
      <Button
        variant={variant}
        disabled={refused !== undefined}
        aria-describedby={refused === undefined ? undefined : reason}
        onClick={() => {
          setOpened(true);
        }}
      >
        {short}
      </Button>
      {refused !== undefined && (
        <span id={reason} className="warn refusal">
          {refused}
        </span>
      )}
      <DecisionDialog
        view={view}
        offer={offer}
        opened={opened}
        close={() => {
          setOpened(false);
        }}
      />
    </>
  );
}

interface DialogProps {
  readonly view: MigrationView;
  readonly offer: Offer;
  readonly opened: boolean;
  readonly close: () => void;
}

function DecisionDialog({ view, offer, opened, close }: DialogProps) {
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<FailureView>();
  const leave = (): void => {
    setFailure(undefined);
    close();
  };
  const decide = async (): Promise<void> => {
    setPending(true);
    setFailure(undefined);
    const reply = await call(`migration.${offer.decision}`, { id: view.id });
    setPending(false);
    if (!reply.ok) {
      setFailure(reply);
      return;
    }
    takeMigration(reply.value);
    leave();
  };
  return (
    <Modal opened={opened} onClose={leave} size="lg" withCloseButton={false}>
      <Stack gap="md">
        <Modal.Title className="decision-title">
          <Label offer={offer} />
        </Modal.Title>
        <Text>
          The migration of {printable(view.server.name)} from {printable(view.source)} to{' '}
          {printable(view.destination)}. This will happen:
        </Text>
        <List>
          {offer.does.map((sentence) => (
            <List.Item key={sentence} style={{ overflowWrap: 'anywhere' }}>
              {printable(sentence)}
            </List.Item>
          ))}
        </List>
        {failure !== undefined && <Problem failure={failure} title="It did not go through" />}
        <Group justify="flex-end">
          <Button variant="default" onClick={leave} data-autofocus>
            Not now
          </Button>
          <Button
            {...(offer.decision !== 'confirm' && { color: 'red' })}
            loading={pending}
            onClick={() => void decide()}
          >
            <Label offer={offer} />
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Label({ offer }: { readonly offer: Offer }) {
  return <>{cutMiddle(printable(offer.label), 72)}</>;
}
