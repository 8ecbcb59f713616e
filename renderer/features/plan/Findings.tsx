import { Checkbox, Title } from '@mantine/core';
import type { PlanView } from '@contract/views.ts';
import { Command } from '../../components/Copyable.tsx';
import { Status } from '../../components/Status.tsx';
import { acknowledge } from '../../store/plans.ts';
import { fixParts, sorted, VERDICTS, type Finding } from './findings.ts';

interface FindingsProps {
  readonly server: string;
  readonly plan: PlanView;
  readonly acknowledged: readonly string[] | undefined;
}

/** What the checks found, worst first; what is in order is folded into a count. */
export function Findings({ server, plan, acknowledged }: FindingsProps) {
  const { open, passed } = sorted(plan.findings);
  return (
    <section className="panel findings" aria-label="Findings">
      <Title order={2}>Findings</Title>
      {open.length === 0 && <Status tone="good" word="Nothing stands in the way." />}
      <ul>
        {open.map((finding, index) => (
          <li key={`${finding.id} ${String(index)}`}>
            <FindingText finding={finding} />
            {finding.verdict === 'warn' && (
              <Checkbox
                ml={96}
                mt={4}
                label={
                  <>
                    I know this and go on: <code className="mono">{finding.id}</code>
                  </>
                }
                checked={acknowledged?.includes(finding.id) ?? true}
                disabled={acknowledged === undefined}
                onChange={(event) => {
                  acknowledge(server, finding.id, event.currentTarget.checked);
                }}
              />
            )}
          </li>
        ))}
      </ul>
      {passed.length > 0 && (
        <details>
          <summary>
            <Status
              tone="good"
              word={passed.length === 1 ? 'One check in order' : `${String(passed.length)} checks in order`}
            />
          </summary>
          <ul className="passed">
            {passed.map(({ id, message, evidence }, index) => (
              <li key={`${id} ${String(index)}`}>
                {message}
                <Evidence lines={evidence ?? []} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function FindingText({ finding: { id, verdict, message, evidence, fix } }: { readonly finding: Finding }) {
  const { tone, word } = VERDICTS[verdict];
  return (
    <div className="finding">
      <Status tone={tone} word={word} />
      <div className="finding-text">
        <div>{message}</div>
        <details open={verdict === 'block'}>
          <summary className="dimmed">
            {fix === undefined ? 'What was seen' : 'What to do, and what was seen'}
          </summary>
          <div className="finding-fold">
            {fix !== undefined && <Fix text={fix} />}
            <Evidence lines={evidence ?? []} />
            <span className="dimmed">
              Check <code className="mono">{id}</code>
            </span>
          </div>
        </details>
      </div>
    </div>
  );
}

function Evidence({ lines }: { readonly lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <ul className="finding-evidence dimmed">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function Fix({ text }: { readonly text: string }) {
  const { said, command } = fixParts(text);
  return (
    <>
      {said !== '' && <div>{said}</div>}
      {command !== undefined && <Command text={command} />}
    </>
  );
}
