import { ActionIcon, Button, Group, Table, TextInput, Title, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { emptyLine, type HostLine } from './draft.ts';
import type { Mistake } from './mistakes.ts';

interface HostLinesProps {
  readonly title: string;
  readonly text: string;
  readonly matchLabel: string;
  readonly matchExample: string;
  /** Of the table in the file. */
  readonly place: string;
  readonly lines: readonly HostLine[];
  readonly mistakes: readonly Mistake[];
  readonly change: (lines: readonly HostLine[]) => void;
  /** The order counts, so a line can be moved up. */
  readonly ordered?: boolean;
}

type Column = Exclude<keyof HostLine, 'key'>;

/** What is said about hosts, one line each. */
export function HostLines(props: HostLinesProps) {
  const { title, text, matchLabel, matchExample, place, lines, mistakes, change, ordered = false } = props;
  const columns: readonly { readonly key: Column; readonly label: string; readonly example: string }[] = [
    { key: 'match', label: matchLabel, example: matchExample },
    { key: 'address', label: 'Address', example: '{short}.mgmt' },
    { key: 'port', label: 'Port', example: '22' },
    { key: 'user', label: 'User', example: 'admin' },
    { key: 'alias', label: 'Name for ssh', example: '{short}' },
  ];
  const ours = mistakes.filter((mistake) => mistake.place === place || mistake.place.startsWith(`${place}.`));
  const errorOf = (line: HostLine, index: number, column: Column): string | undefined =>
    ours.find(
      (mistake) => mistake.place === `${place}.${ordered ? String(index) : line.match.trim()}.${column}`,
    )?.message;
  return (
    <div className="settings-lines">
      <Title order={3}>{title}</Title>
      <p className="settings-text dimmed">{text}</p>
      {ours.map((mistake) => (
        <p key={mistake.place + mistake.message} className="settings-text bad">
          {mistake.message}
        </p>
      ))}
      {lines.length > 0 && (
        <Table aria-label={title} layout="fixed" withRowBorders={false}>
          <Table.Thead>
            <Table.Tr>
              {columns.map(({ key, label }) => (
                <Table.Th key={key} w={key === 'port' ? 72 : key === 'user' ? '16%' : undefined}>
                  {label}
                </Table.Th>
              ))}
              <Table.Th w={72}>
                <VisuallyHidden>Actions</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {lines.map((line, index) => (
              <Table.Tr key={line.key}>
                {columns.map(({ key, label, example }) => (
                  <Table.Td key={key}>
                    <TextInput
                      aria-label={`${label} of line ${String(index + 1)}`}
                      placeholder={example}
                      value={line[key]}
                      error={errorOf(line, index, key) !== undefined}
                      spellCheck={false}
                      onChange={(event) => {
                        change(lines.with(index, { ...line, [key]: event.currentTarget.value }));
                      }}
                    />
                  </Table.Td>
                ))}
                <Table.Td>
                  <Group gap="xs" wrap="nowrap" justify="flex-end">
                    {ordered && index > 0 && (
                      <IconButton
                        label={`Move line ${String(index + 1)} up`}
                        Icon={IconArrowUp}
                        press={() => {
                          change(movedUp(lines, index));
                        }}
                      />
                    )}
                    <IconButton
                      label={`Remove line ${String(index + 1)}${line.match === '' ? '' : `, ${line.match}`}`}
                      Icon={IconTrash}
                      press={() => {
                        change(lines.filter((other) => other !== line));
                      }}
                    />
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Button
        variant="default"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => {
          change([...lines, emptyLine()]);
        }}
      >
        {ordered ? 'Add a rule' : 'Add a host'}
      </Button>
    </div>
  );
}

function movedUp(lines: readonly HostLine[], index: number): readonly HostLine[] {
  const [line, above] = [lines[index], lines[index - 1]];
  return line === undefined || above === undefined ? lines : lines.with(index - 1, line).with(index, above);
}

interface IconButtonProps {
  readonly label: string;
  readonly Icon: typeof IconTrash;
  readonly press: () => void;
}

function IconButton({ label, Icon, press }: IconButtonProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={press}>
        <Icon size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
