import { TextInput, Title } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { PlanView } from '@contract/views.ts';
import { Problem } from '../../components/Problem.tsx';
import { Status } from '../../components/Status.tsx';
import type { MadeEntry } from '../../store/plans.ts';
import { changesOf, changeWords } from '../findings/changes.ts';
import { FindingList } from '../findings/FindingList.tsx';
import { matching } from '../findings/groups.ts';
import { countWords } from '../findings/verdicts.ts';
import { Acknowledge } from './Acknowledge.tsx';
import { CheckAgain, CheckedAgo, CheckState } from './CheckAgain.tsx';

interface FindingsProps {
  readonly server: string;
  readonly plan: PlanView;
  /** `undefined` once it is being started: nothing can be ticked or checked any more. */
  readonly made: MadeEntry | undefined;
}

/** From so many on, one is looked for by a word. */
const MANY = 12;

/** What the checks found, worst first, to be acknowledged and checked again in place. */
export function Findings({ server, plan, made }: FindingsProps) {
  const [search, setSearch] = useState('');
  const { findings, source, destination } = plan;
  const before = made?.before;
  const changes = useMemo(
    () => (before === undefined ? undefined : changeWords(changesOf(before.findings, findings))),
    [before, findings],
  );
  const shown = matching(findings, search);
  const searched = search.trim() !== '';
  return (
    <section className="panel findings" aria-label="Findings" aria-busy={made?.checking !== undefined}>
      <div className="findings-head">
        <Title order={2}>Findings</Title>
        <span className="findings-counts">
          {countWords(findings).map(({ tone, word }) => (
            <Status key={tone} tone={tone} word={word} />
          ))}
        </span>
        {made !== undefined && <CheckAgain server={server} />}
      </div>
      <div className="findings-head findings-when">
        <CheckedAgo madeAtMs={plan.madeAtMs} />
        <CheckState ask={made?.checking} changes={changes} />
        {findings.length > MANY && (
          <TextInput
            type="search"
            className="findings-search"
            aria-label="Search the findings"
            placeholder="Search all checks"
            value={search}
            onChange={(event) => {
              setSearch(event.currentTarget.value);
            }}
          />
        )}
      </div>
      {made?.unchecked !== undefined && (
        <Problem failure={made.unchecked} title="The checks could not be run again; these are the old ones" />
      )}
      {!findings.some(({ verdict }) => verdict !== 'pass') && (
        <Status tone="good" word="Nothing stands in the way." />
      )}
      {searched && shown.length === 0 && <p>No check has these words.</p>}
      <FindingList
        findings={shown}
        hosts={{ source, destination }}
        unfolded={searched}
        underWarning={({ id }) => (
          <Acknowledge server={server} finding={id} acknowledged={made?.acknowledged} />
        )}
      />
    </section>
  );
}
