import './recovery.css';
import { TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { printable } from '@contract/format.ts';
import { URGENCIES } from '@contract/recovery-steps.ts';
import type { StuckView } from '@contract/recovery-views.ts';
import { Empty } from '../../components/Empty.tsx';
import { formatNumber } from '../../components/figures.ts';
import { Problem } from '../../components/Problem.tsx';
import { Status } from '../../components/Status.tsx';
import { lookForStuck, useRecovery } from '../../store/recovery.ts';
import { WithCloud } from '../clouds/WithCloud.tsx';
import { LookState } from './LookState.tsx';
import { Orphans } from './Orphans.tsx';
import { StuckTable } from './StuckTable.tsx';
import { search, useView } from './view.ts';
import { URGENCY_WORDS } from './words.ts';

/** Every instance of the cloud that is stuck or silently wrong, worst first. */
export function RecoveryPage() {
  return (
    <WithCloud title="Recovery" why="Stuck instances are looked for in one OpenStack cloud at a time.">
      {() => <Stuck />}
    </WithCloud>
  );
}

function Stuck() {
  const { stuck, looking, failure } = useRecovery();
  return (
    <div className="recovery">
      <div className="recovery-head">
        <Title order={1}>Recovery</Title>
        {stuck !== undefined && stuck.cases.length > 0 && <Found cases={stuck.cases} />}
        <span style={{ flex: 1 }} />
        <LookState />
      </div>
      {failure !== undefined && (
        <div className="recovery-rest">
          <Problem failure={failure} title="It could not be looked at" again={() => void lookForStuck()} />
        </div>
      )}
      {stuck !== undefined ? <What stuck={stuck} /> : failure === undefined && <First looking={looking} />}
    </div>
  );
}

/** How many there are of each urgency, and a search over all of them. */
function Found({ cases }: { readonly cases: StuckView['cases'] }) {
  const words = useView((state) => state.search);
  return (
    <>
      {URGENCIES.map((urgency) => {
        const count = cases.filter((line) => line.urgency === urgency).length;
        if (count === 0) return null;
        const { tone, word } = URGENCY_WORDS[urgency];
        return <Status key={urgency} tone={tone} word={`${formatNumber(count)} ${word.toLowerCase()}`} />;
      })}
      <TextInput
        type="search"
        className="recovery-search"
        aria-label="Search stuck instances"
        placeholder="Search"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={words}
        onChange={(event) => {
          search(event.currentTarget.value);
        }}
      />
    </>
  );
}

function What({ stuck: { cases, orphans, problems } }: { readonly stuck: StuckView }) {
  return (
    <>
      {cases.length > 0 ? <StuckTable cases={cases} /> : <Nothing isSure={problems.length === 0} />}
      {orphans.length > 0 && <Orphans orphans={orphans} />}
      {problems.length > 0 && <NotLookedAt problems={problems} />}
    </>
  );
}

function Nothing({ isSure }: { readonly isSure: boolean }) {
  return (
    <Empty
      title="Nothing is stuck"
      text={
        isSure
          ? 'No instance was found halfway between two hosts, or without its disks where Nova says that it is.'
          : 'So much of it as could be looked at. What could not is told below.'
      }
    />
  );
}

/** What is missing from the list, for it may hide something. */
function NotLookedAt({ problems }: { readonly problems: readonly string[] }) {
  const count = problems.length;
  return (
    <div className="recovery-rest">
      <Problem
        tone="warn"
        title={
          count === 1
            ? 'One thing could not be looked at'
            : `${formatNumber(count)} things could not be looked at`
        }
        failure={{
          message: problems.map(printable).join('\n'),
          hint: 'The list may be missing what is there. Mend the way to it, and look again.',
        }}
      />
    </div>
  );
}

/** Before the first look has ended. */
function First({ looking }: { readonly looking: boolean }) {
  return looking ? (
    <Empty
      title="Looking at the cloud and its hosts"
      text="That takes some seconds, and longer with many hosts. Nothing is changed."
    />
  ) : (
    <Empty
      title="Not looked yet"
      text="A look asks Nova for all instances, reads on every host which disks and domains are there, and looks closely at each instance where the two do not fit. It only reads: no instance, no disk and no record is changed."
    />
  );
}
