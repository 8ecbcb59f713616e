import { Title } from '@mantine/core';
import type { PlanView } from '@contract/views.ts';
import { Command, Copy } from '../../components/Copyable.tsx';
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
        <Copy text={commandsText(commands)} what="Copy all commands" />
        <span className="dimmed">All commands, with comments that say where each one runs</span>
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
