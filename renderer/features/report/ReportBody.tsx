import { Title } from '@mantine/core';
import { printable } from '@contract/format.ts';
import type { ReportView } from '@contract/views.ts';
import { Problem } from '../../components/Problem.tsx';
import { Status } from '../../components/Status.tsx';
import { secondText } from '../migrations/times.ts';
import { endWords, summaryOf, zoneWords } from './report-words.ts';
import { ReportDisks } from './ReportDisks.tsx';
import { Commands, Findings, History, Proofs } from './ReportTables.tsx';

/** The report itself, as it is also printed. */
export function ReportBody({ report }: { readonly report: ReportView }) {
  const { migration, plan, history, madeAtMs } = report;
  const { tone, words, isOver } = endWords(migration);
  return (
    <>
      <p className="report-lead">
        <Status tone={tone} word={words} />
        <span className="dimmed">
          Made {secondText(madeAtMs)}. {zoneWords()}
        </span>
      </p>
      {!isOver && (
        <p className="report-lead">
          This migration is not over. The report tells what is known so far and is made anew as it gets
          further.
        </p>
      )}
      {migration.failure !== undefined && (
        <Problem failure={migration.failure} title="Why it failed">
          {migration.outcome !== undefined && <p className="report-text">{migration.outcome}</p>}
        </Problem>
      )}
      <Section title="Summary">
        <dl className="report-facts">
          {summaryOf(report).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className={name.endsWith(' id') || name === 'Project' ? 'mono' : undefined}>
                {printable(value)}
              </dd>
            </div>
          ))}
        </dl>
      </Section>
      <Section title="Evidence">
        <Proofs proofs={migration.proofs} />
      </Section>
      <Section title="Disks">
        <ReportDisks disks={migration.disks} />
      </Section>
      <Section title="What happened">
        <History history={history} />
      </Section>
      <Section title="Findings before the start">
        <Findings plan={plan} migration={migration} />
      </Section>
      <Section title="Commands of the plan">
        <Commands commands={plan.commands} />
      </Section>
    </>
  );
}

interface SectionProps {
  readonly title: string;
  readonly children: React.ReactNode;
}

function Section({ title, children }: SectionProps) {
  return (
    <section className="report-section" aria-label={title}>
      <Title order={2}>{title}</Title>
      {children}
    </section>
  );
}
