import { Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { cutMiddle, printable } from '@contract/format.ts';
import type { OfferView } from '@contract/recovery-views.ts';
import { HostCommand } from '../../components/Copyable.tsx';
import { actName, actOf } from './act-name.ts';
import { doStep, isBusy, useCase } from '../../store/recovery-cases.ts';

interface DoStepProps {
  /** Of the case. */
  readonly id: string;
  readonly step: OfferView;
  readonly isNext: boolean;
}

/** The button that does a step, and the question before it. */
export function DoStep({ id, step, isNext }: DoStepProps) {
  const [opened, setOpened] = useState(false);
  const busy = isBusy(useCase(id));
  const close = (): void => {
    setOpened(false);
  };
  return (
    <>
      <Button
        variant={isNext ? 'filled' : 'default'}
        aria-label={printable(actName(step))}
        // Not disabled: the focus comes back to it from the dialog.
        aria-disabled={busy}
        data-disabled={busy}
        onClick={() => {
          if (!busy) setOpened(true);
        }}
      >
        {printable(actOf(step))}
      </Button>
      <Modal opened={opened} onClose={close} size="lg" withCloseButton={false}>
        <Stack gap="md">
          <Modal.Title className="decision-title">{printable(step.title)}</Modal.Title>
          <div className="case-words">
            <strong>What it changes:</strong> {printable(step.changes)}
          </div>
          <div className="case-words">
            <strong>How it is undone:</strong> {printable(step.undo)}
          </div>
          <div>
            <span className="dimmed">At {printable(step.where)}, after everything was read anew:</span>
            {step.commands.map((line, index) => (
              <HostCommand key={index} text={line} />
            ))}
          </div>
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              Not now
            </Button>
            <Button
              onClick={() => {
                close();
                void doStep(id, step);
              }}
            >
              {cutMiddle(printable(step.title), 72)}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
