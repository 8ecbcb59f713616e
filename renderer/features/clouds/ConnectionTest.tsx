import { Button, Checkbox, Group, Progress, TextInput, Title } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { Problem } from '../../components/Problem.tsx';
import { Status } from '../../components/Status.tsx';
import { hrefOf } from '../../route.ts';
import { runDoctor, useDoctor } from '../../store/doctor.ts';
import { subjectsOf, summary, troubled, type Subject } from './checks.ts';
import { OneHost } from './OneHost.tsx';
import { SubjectRow } from './SubjectRow.tsx';

/** Looks at the cloud and every host, without touching an instance, and says what to mend. */
export function ConnectionTest() {
  const { checks, running, failure, endedAtMs } = useDoctor();
  const subjects = useMemo(() => subjectsOf(checks), [checks]);
  return (
    <section className="panel clouds-test" aria-labelledby="test-title">
      <Group justify="space-between" gap="sm">
        <Title order={2} id="test-title">
          Connection test
        </Title>
        <Group gap="sm">
          <OneHost disabled={running !== undefined} />
          <Button
            leftSection={<IconPlugConnected size={16} aria-hidden />}
            disabled={running !== undefined}
            onClick={() => void runDoctor()}
          >
            {endedAtMs === undefined ? 'Test the cloud and all hosts' : 'Test all again'}
          </Button>
        </Group>
      </Group>
      {failure !== undefined && (
        <Problem failure={failure} title="The test could not be run" again={() => void runDoctor()} />
      )}
      {subjects.length === 0 && running === undefined && failure === undefined && (
        <p className="clouds-note">
          Nothing was tested yet. The test logs in to the cloud and to each host by SSH, looks for sudo,
          rsync, qemu-img and Nova’s settings, and changes nothing. Hosts that were never met ask you to look
          at their key first.
        </p>
      )}
      {running !== undefined && <Running />}
      {running === undefined && endedAtMs !== undefined && <Summary subjects={subjects} />}
      {subjects.length > 0 && <Results subjects={subjects} />}
    </section>
  );
}

function Running() {
  const { hostsDone, hostsTotal, running } = useDoctor();
  const words =
    hostsTotal === 0
      ? 'Asking the cloud which hosts there are'
      : `${String(hostsDone)} of ${String(hostsTotal)} ${hostsTotal === 1 ? 'host' : 'hosts'}`;
  const percent = hostsTotal === 0 ? 0 : (100 * hostsDone) / hostsTotal;
  return (
    <div>
      <div role="status">
        <Status
          tone="busy"
          word={running?.length === 1 ? `Testing ${running.join()}: ${words}` : `Testing: ${words}`}
        />
      </div>
      <Progress value={percent} mt={4} aria-label="Hosts that were tested" />
    </div>
  );
}

function Summary({ subjects }: { readonly subjects: readonly Subject[] }) {
  const { tone, words } = summary(subjects);
  return (
    <Group justify="space-between" gap="sm" role="status">
      <span className="clouds-summary">
        <Status tone={tone} word="" />
        {words}
      </span>
      {tone !== 'bad' && (
        <Button component="a" href={hrefOf({ page: 'instances' })} variant="default">
          Next: choose instances to move
        </Button>
      )}
    </Group>
  );
}

function Results({ subjects }: { readonly subjects: readonly Subject[] }) {
  const [search, setSearch] = useState('');
  const [onlyTroubled, setOnlyTroubled] = useState(false);
  const wanted = search.trim().toLowerCase();
  const shown = (onlyTroubled ? troubled(subjects) : subjects).filter(({ name }) =>
    name.toLowerCase().includes(wanted),
  );
  return (
    <>
      <Group gap="md">
        <TextInput
          type="search"
          aria-label="Search hosts by name"
          placeholder="Search hosts"
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
          }}
        />
        <Checkbox
          label={`Only what needs mending (${String(troubled(subjects).length)})`}
          checked={onlyTroubled}
          onChange={(event) => {
            setOnlyTroubled(event.currentTarget.checked);
          }}
        />
      </Group>
      {shown.length === 0 ? (
        <p className="clouds-note">
          {onlyTroubled ? 'Nothing needs mending here.' : 'No host of this name was tested.'}
        </p>
      ) : (
        <ul className="clouds-subjects">
          {shown.map((subject) => (
            <SubjectRow key={subject.name} subject={subject} />
          ))}
        </ul>
      )}
    </>
  );
}
