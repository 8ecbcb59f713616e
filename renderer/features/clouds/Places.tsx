import { Button, Title } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import type { CloudsView } from '@contract/desk-views.ts';
import { Problem } from '../../components/Problem.tsx';
import { Status } from '../../components/Status.tsx';
import { findClouds } from '../../store/clouds.ts';

interface PlacesProps {
  readonly searched: CloudsView['searched'];
  /** Listed at once, where this is what the admin has to know. */
  readonly open?: boolean;
}

/** Every place that was looked at, whether or not it is there. */
export function Places({ searched, open = false }: PlacesProps) {
  const list = (
    <ul className="clouds-places">
      {searched.map((place) => (
        <li key={place} className="mono">
          {place}
        </li>
      ))}
    </ul>
  );
  if (!open)
    return (
      <details>
        <summary>Where Coldhaul looks for clouds ({searched.length} places)</summary>
        {list}
      </details>
    );
  return (
    <section className="panel" aria-labelledby="places-title">
      <Title order={2} id="places-title">
        Where Coldhaul looked
      </Title>
      <p className="clouds-note">Put a file into one of these places and look again, or import it.</p>
      {list}
      <Button
        mt="sm"
        variant="default"
        leftSection={<IconRefresh size={16} aria-hidden />}
        onClick={() => void findClouds()}
      >
        Look again
      </Button>
    </section>
  );
}

/** Files and entries that are there and cannot be used, each with its place. */
export function FileProblems({ problems }: { readonly problems: CloudsView['problems'] }) {
  return problems.map((problem) => (
    <Problem
      key={problem.message}
      failure={problem}
      tone="warn"
      title="A file was found, but cannot be used"
    />
  ));
}

/** Whether passwords are kept when the app ends, and why. */
export function Secrets({ secrets: { kept, said } }: { readonly secrets: CloudsView['secrets'] }) {
  return (
    <section className="panel clouds-secrets" aria-labelledby="secrets-title">
      <Title order={3} id="secrets-title">
        Passwords
      </Title>
      {kept === 'key-store' ? (
        <Status tone="good" word="Kept in the key store of this system" />
      ) : (
        <Status tone="note" word="Kept in memory only" />
      )}
      <span className="dimmed">{said}</span>
    </section>
  );
}
