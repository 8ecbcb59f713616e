import type { PlanView } from '@contract/views.ts';

type Planned = PlanView['commands'][number];

/** Commands of one phase, in order. */
export interface CommandGroup {
  readonly phase: string;
  readonly title: string;
  readonly commands: readonly Planned[];
}

const TITLES: Readonly<Record<string, string>> = {
  planned: 'Lock',
  staging: 'Copy ahead, while the instance runs',
  stopping: 'Stop',
  preparing: 'Make the disks ready',
  copying: 'Copy',
  verifying: 'Prove',
  'handing-over': 'Hand over to Nova',
  confirming: 'Only after you confirm',
  reverting: 'Only after you revert',
};

/** The commands phase by phase, as they will be done. */
export function commandGroups(commands: readonly Planned[]): readonly CommandGroup[] {
  const groups: { phase: string; title: string; commands: Planned[] }[] = [];
  for (const command of commands) {
    const last = groups.at(-1);
    if (last?.phase === command.phase) last.commands.push(command);
    else
      groups.push({
        phase: command.phase,
        title: TITLES[command.phase] ?? command.phase,
        commands: [command],
      });
  }
  return groups;
}

/** All of them as text; comments say where each one runs. */
export function commandsText(commands: readonly Planned[]): string {
  return commandGroups(commands)
    .map(
      ({ title, commands: group }) =>
        `# ${title}\n${group.map(({ where, command }) => `${placeText(where)}\n${command}`).join('\n')}\n`,
    )
    .join('\n');
}

function placeText(where: string): string {
  return where === 'cloud' ? '# at the cloud:' : `# on ${where}:`;
}
