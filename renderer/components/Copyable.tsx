import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { printable } from '@contract/format.ts';

/** A button that copies; `what` names it for the ear: “Copy the id”. */
export function Copy({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : what}>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={what} onClick={copy}>
            {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

/** A command to read and copy, whole, in as many lines as it needs. */
export function Command({ text }: { readonly text: string }) {
  return (
    <div style={{ display: 'flex', alignItems: 'flex-start', gap: 8 }}>
      <code className="mono" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', flex: 1 }}>
        {text}
      </code>
      <Copy text={text} what="Copy the command" />
    </div>
  );
}

/** A command with names from a cloud or a host in it. One that would hide characters is shown with them, and not copied. */
export function HostCommand({ text }: { readonly text: string }) {
  const shown = printable(text);
  if (shown === text) return <Command text={text} />;
  return (
    <code className="mono" style={{ overflowWrap: 'anywhere' }}>
      {shown}
    </code>
  );
}
