import { Button, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import type { CheckView } from '@contract/views.ts';
import { Cut } from '../../components/Cut.tsx';
import { Status } from '../../components/Status.tsx';
import { runDoctor, useDoctor } from '../../store/doctor.ts';
import '../findings/findings.css';
import { Evidence } from '../findings/Evidence.tsx';
import { FoldedFinding, Sentence } from '../findings/FindingText.tsx';
import { Fix } from '../findings/Fix.tsx';
import { keyOf, ofSubject, VERDICT_WORDS, type Subject } from './checks.ts';

/** The cloud or one host: what needs mending is seen at once, what works is folded. */
export function SubjectRow({ subject: { name, worst, checks } }: { readonly subject: Subject }) {
  const [unfolded, setUnfolded] = useState(false);
  const isBusy = useDoctor(({ running }) => running !== undefined);
  const isCloud = name === 'cloud';
  const passed = checks.filter(({ verdict }) => verdict === 'pass');
  const others = checks.filter(({ verdict }) => verdict !== 'pass');
  const title = isCloud ? 'The cloud' : name;
  return (
    <li>
      <div className="clouds-subject">
        <span className="clouds-subject-name">
          <Cut text={title} length={40} />
        </span>
        <Status {...VERDICT_WORDS[worst]} />
        <span style={{ flex: 1 }} />
        {passed.length > 0 && (
          <Button
            variant="subtle"
            color="gray"
            fw={400}
            size="compact-xs"
            aria-expanded={unfolded}
            aria-label={`${unfolded ? 'Hide' : 'Show'} what works: ${title}`}
            onClick={() => {
              setUnfolded(!unfolded);
            }}
          >
            {unfolded ? 'Hide' : 'Show'} {passed.length} that {passed.length === 1 ? 'works' : 'work'}
          </Button>
        )}
        {!isCloud && (
          <Button
            variant="subtle"
            color="gray"
            fw={400}
            size="compact-xs"
            disabled={isBusy}
            aria-label={`Test ${name} again`}
            onClick={() => void runDoctor([name])}
          >
            Test again
          </Button>
        )}
      </div>
      {(others.length > 0 || unfolded) && (
        <ul className="clouds-checks">
          {[...others, ...(unfolded ? passed : [])].map((check) => (
            <Check key={keyOf(check)} check={check} name={name} />
          ))}
        </ul>
      )}
    </li>
  );
}

interface CheckProps {
  readonly check: CheckView;
  /** Of the host, as Nova writes it. */
  readonly name: string;
}

function Check({ check, name }: CheckProps) {
  const { title, verdict, evidence = [], fix } = check;
  const { tone, word } = VERDICT_WORDS[verdict];
  const message = title === undefined ? ofSubject(check.message, name) : check.message;
  return (
    <li className="clouds-check">
      <Status tone={tone} word="" />
      <div className="clouds-check-text">
        <VisuallyHidden>{word}: </VisuallyHidden>
        {verdict === 'pass' || verdict === 'note' ? (
          <FoldedFinding finding={{ ...check, message }} />
        ) : (
          <>
            <div>
              <Sentence message={message} {...(title !== undefined && { title })} />
            </div>
            {fix !== undefined && <Fix text={fix} />}
            {evidence.length > 0 && (
              <details>
                <summary className="dimmed">What was seen</summary>
                <Evidence lines={evidence} />
              </details>
            )}
          </>
        )}
      </div>
    </li>
  );
}
