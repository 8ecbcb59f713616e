import { ActionIcon, Button, Group, Table, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { CloudsView, CloudView, FailureView, ProfileView } from '@contract/desk-views.ts';
import { Fitted } from '../../components/Fitted.tsx';
import { Problem } from '../../components/Problem.tsx';
import { Status, type Tone } from '../../components/Status.tsx';
import { openCloud } from '../../store/clouds.ts';
import { useDesk } from '../../store/desk.ts';
import { RemoveDialog } from './RemoveDialog.tsx';
import { LOGIN_WORDS } from './secret-words.ts';
import { SecretDialog } from './SecretDialog.tsx';

type Asked = { readonly about: 'secret' | 'remove'; readonly profile: ProfileView } | undefined;

/** Every profile with where it comes from; the open one is marked. */
export function ProfileTable({ clouds }: { readonly clouds: CloudsView }) {
  const cloud = useDesk((state) => state.cloud);
  const [asked, setAsked] = useState<Asked>();
  const [refused, setRefused] = useState<{ readonly name: string; readonly failure: FailureView }>();
  const open = async (name: string): Promise<void> => {
    setRefused(undefined);
    const reply = await openCloud(name);
    // What comes of a login is told by the desk, in the panel above; this is a call that was not taken at all.
    const said = useDesk.getState().cloud;
    if (!reply.ok && !(said.state === 'failed' && said.name === name)) setRefused({ name, failure: reply });
  };
  const close = (): void => {
    setAsked(undefined);
  };
  return (
    <>
      {refused !== undefined && (
        <Problem failure={refused.failure} title={`${refused.name} cannot be opened`} />
      )}
      <div className="clouds-table">
        <Table highlightOnHover layout="fixed" aria-label="Clouds on this machine">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="20%">Name, state</Table.Th>
              <Table.Th>Address, source</Table.Th>
              <Table.Th w="14%">User, login</Table.Th>
              <Table.Th w="14%">Project, region</Table.Th>
              <Table.Th w={152}>
                <VisuallyHidden>Actions</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {clouds.profiles.map((profile) => (
              <Row
                key={profile.name}
                profile={profile}
                cloud={cloud}
                open={() => void open(profile.name)}
                ask={(about) => {
                  setAsked({ about, profile });
                }}
              />
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {asked?.about === 'secret' && <SecretDialog profile={asked.profile} close={close} />}
      {asked?.about === 'remove' && <RemoveDialog profile={asked.profile} close={close} />}
    </>
  );
}

interface RowProps {
  readonly profile: ProfileView;
  readonly cloud: CloudView;
  readonly open: () => void;
  readonly ask: (about: 'secret' | 'remove') => void;
}

function Row({ profile, cloud, open, ask }: RowProps) {
  const { name, source, authUrl, login, user, project, region, imported, needsSecret } = profile;
  const current = cloud.state !== 'none' && cloud.name === name ? cloud.state : undefined;
  const state = stateWords(current, needsSecret);
  return (
    <Table.Tr aria-current={current === 'open' ? 'true' : undefined}>
      <Table.Th scope="row">
        <div className="clouds-line">
          <Fitted text={name} />
        </div>
        {state !== undefined && <Status {...state} />}
      </Table.Th>
      <Table.Td>
        <Two upper={authUrl} lower={imported ? 'imported' : source} mono />
      </Table.Td>
      <Table.Td>
        <Two upper={user ?? 'no user name'} lower={LOGIN_WORDS[login]} />
      </Table.Td>
      <Table.Td>
        <Two upper={project ?? '–'} lower={region ?? '–'} />
      </Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          {imported && (
            <Tooltip label={`Remove ${name}`}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Remove ${name}`}
                onClick={() => {
                  ask('remove');
                }}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
          )}
          {/* Also of an open one: its password may have been changed meanwhile. */}
          {needsSecret || (imported && current === 'open') ? (
            <Button
              variant="default"
              aria-label={`Give the password of ${name}`}
              onClick={() => {
                ask('secret');
              }}
            >
              Password…
            </Button>
          ) : (
            current !== 'open' && (
              <Button
                variant="default"
                aria-label={`Open ${name}`}
                loading={current === 'opening'}
                onClick={open}
              >
                Open
              </Button>
            )
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

interface TwoProps {
  readonly upper: string;
  readonly lower: string;
  readonly mono?: boolean;
}

function Two({ upper, lower, mono = false }: TwoProps) {
  return (
    <>
      <div className="clouds-line">
        <Fitted text={upper} mono={mono} />
      </div>
      <div className="clouds-line dimmed">
        <Fitted text={lower} mono={mono && lower.startsWith('/')} />
      </div>
    </>
  );
}

function stateWords(
  current: CloudView['state'] | undefined,
  needsSecret: boolean,
): { readonly tone: Tone; readonly word: string } | undefined {
  switch (current) {
    case 'open':
      return { tone: 'good', word: 'Open' };
    case 'opening':
      return { tone: 'busy', word: 'Opening' };
    case 'failed':
      return { tone: 'bad', word: 'Cannot be opened' };
    case 'none':
    case undefined:
      return needsSecret ? { tone: 'warn', word: 'Needs its password' } : undefined;
  }
}
