import './findings.css';
import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Cut } from '../../components/Cut.tsx';
import { Status } from '../../components/Status.tsx';
import { FindingItem } from './FindingItem.tsx';
import { FoldedFinding } from './FindingText.tsx';
import { groupsOf, type FindingGroup, type MoveHosts } from './groups.ts';
import { countWords, type Finding } from './verdicts.ts';

interface FindingListProps {
  readonly findings: readonly Finding[];
  readonly hosts?: MoveHosts;
  /** What stands under a warning. */
  readonly underWarning: (finding: Finding) => ReactNode;
  /** True: what is in order is shown as well, not folded into a count. */
  readonly unfolded?: boolean;
}

/** Findings by subject, worst first; what is in order is folded into a count. Serves plan and report. */
export function FindingList({ findings, hosts, underWarning, unfolded = false }: FindingListProps) {
  const passed = findings.filter(({ verdict }) => verdict === 'pass');
  const open = findings.filter(({ verdict }) => verdict !== 'pass');
  return (
    <div className="finding-list">
      {groupsOf(open, hosts).map((group) => (
        <section key={group.title} className="finding-group" aria-label={group.title}>
          <GroupTitle group={group} />
          <ul>
            {group.findings.map(({ key, finding }) => (
              <li key={key}>
                <FindingItem finding={finding}>
                  {finding.verdict === 'warn' && underWarning(finding)}
                </FindingItem>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {passed.length > 0 && (
        <details className="passed" open={unfolded}>
          <summary>
            <Status
              tone="good"
              word={passed.length === 1 ? 'One check in order' : `${String(passed.length)} checks in order`}
            />
          </summary>
          {groupsOf(passed, hosts).map((group) => (
            <section key={group.title} className="passed-group" aria-label={`In order: ${group.title}`}>
              <GroupTitle group={group} />
              <ul>
                {group.findings.map(({ key, finding }) => (
                  <li key={key}>
                    <FoldedFinding finding={finding} />
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </details>
      )}
    </div>
  );
}

function GroupTitle({ group: { title, host, worst, findings } }: { readonly group: FindingGroup }) {
  return (
    <div className="finding-group-title">
      <Title order={3}>
        {title}
        {host !== undefined && (
          <>
            {' '}
            <Cut text={host} length={32} />
          </>
        )}
      </Title>
      {worst !== 'pass' &&
        findings.length > 1 &&
        countWords(findings.map(({ finding }) => finding)).map(({ tone, word }) => (
          <Status key={tone} tone={tone} word={word} />
        ))}
    </div>
  );
}
