import type { FailureView } from '@contract/desk-views.ts';
import { Problem } from '../../components/Problem.tsx';
import { placeWords, type Mistake } from './mistakes.ts';

interface RefusedProps {
  readonly failure: FailureView;
  readonly mistakes: readonly Mistake[];
}

/** Why nothing was written. Mistakes that stand at a field are named by it, in place of lines of the file. */
export function Refused({ failure, mistakes }: RefusedProps) {
  const title = 'The settings were not saved';
  if (mistakes.length === 0) return <Problem failure={failure} title={title} />;
  const message =
    mistakes.length === 1
      ? 'The file stays as it was. One value is not possible:'
      : `The file stays as it was. ${String(mistakes.length)} values are not possible:`;
  return (
    <div ref={intoView}>
      <Problem failure={{ message }} title={title}>
        <ul className="settings-mistakes">
          {mistakes.map((mistake) => (
            <li key={`${mistake.place} ${mistake.message}`}>
              {placeWords(mistake.place)}: {mistake.message}
            </li>
          ))}
        </ul>
      </Problem>
    </div>
  );
}

/** The save button is at the foot, and this stands on top. */
function intoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}
