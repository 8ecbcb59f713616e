import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconInfoCircle,
  IconProgress,
} from '@tabler/icons-react';

/** What a state means to the admin; it decides icon and colour. */
export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'quiet' | 'note';

const ICONS = {
  good: IconCircleCheck,
  busy: IconProgress,
  warn: IconAlertTriangle,
  bad: IconCircleX,
  quiet: IconCircleDashed,
  note: IconInfoCircle,
} as const;

/** A state by icon, word and colour together, so that none of them has to be seen alone. */
export function Status({ tone, word }: { readonly tone: Tone; readonly word: string }) {
  const Icon = ICONS[tone];
  const colour = tone === 'quiet' ? 'dimmed' : tone === 'note' ? 'busy' : tone;
  return (
    <span
      className={colour}
      style={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: 4,
        whiteSpace: 'nowrap',
        verticalAlign: 'bottom',
      }}
    >
      <Icon size={16} style={{ flex: 'none' }} aria-hidden />
      {word}
    </span>
  );
}
