import { Button, CopyButton, Title } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { PlanView } from '@contract/views.ts';
import { Command } from '../../components/Copyable.tsx';
import { commandGroups, commandsText } from './commands.ts';

/** Every command and call in order, to read before anything is done. */
export function Commands({ plan: { commands } }: { readonly plan: PlanView }) {
  if (commands.length === 0) return null;
  return (
    <details className="panel commands">
      <summary>
        <Title order={2} component="span">
          What will be done
        </Title>{' '}
        <span className="dimmed">
          {commands.length === 1 ? 'one command' : `${String(commands.length)} commands`}, in order
        </span>
      </summary>
      <div className="commands-all">
        <CopyButton value={commandsText(commands)}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
              onClick={copy}
            >
              {copied ? 'Copied' : 'Copy all'}
            </Button>
          )}
        </CopyButton>
        <span className="dimmed">with comments that say where each one runs</span>
      </div>
      {commandGroups(commands).map(({ phase, title, commands: group }, index) => (
        <section key={`${phase} ${String(index)}`} aria-label={title}>
          <Title order={3}>{title}</Title>
          <ul>
            {group.map(({ where, command }, position) => (
              <li key={`${where} ${String(position)}`}>
                <span className="dimmed command-place">
                  {where === 'cloud' ? 'at the cloud' : `on ${where}`}
                </span>
                <Command text={command} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </details>
  );
}
