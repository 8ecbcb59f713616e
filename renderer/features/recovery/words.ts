import type { DiagnosisView } from '@contract/recovery-views.ts';
import type { Tone } from '../../components/Status.tsx';

interface Words {
  readonly tone: Tone;
  readonly word: string;
}

/** How bad it is if nothing is done. */
export const URGENCY_WORDS: Readonly<Record<DiagnosisView['urgency'], Words>> = {
  danger: { tone: 'bad', word: 'Danger' },
  stuck: { tone: 'warn', word: 'Stuck' },
  waits: { tone: 'note', word: 'Waits' },
  untidy: { tone: 'quiet', word: 'Untidy' },
  fine: { tone: 'good', word: 'In order' },
};

/** How sure it is of what was seen. */
export const CONFIDENCE_WORDS: Readonly<Record<DiagnosisView['confidence'], string>> = {
  certain: 'certain',
  likely: 'likely',
  open: 'cannot be told yet',
};
