import { cutMiddle, printable } from '@contract/format.ts';
import type { MigrationView } from '@contract/views.ts';
import type { Tone } from '../../components/Status.tsx';
import { clockText } from './downtime.ts';

/** What is the case, and what the admin can do, for the banner on top. */
export interface NextAction {
  readonly tone: Tone;
  readonly title: string;
  readonly text: string;
}

/** In the page's own words: the engine's sentence (`view.next`) tells commands to type, and here are buttons. */
export function nextAction(view: MigrationView): NextAction {
  const { phase, active, outcome } = view;
  const [server, source, destination] = namesOf(view);
  if (phase === 'confirmed')
    return {
      tone: 'good',
      title: 'Done',
      text: `${server} is on ${destination}. Nothing is left to do.`,
    };
  if (phase === 'reverted')
    return { tone: 'good', title: 'Reverted', text: `${server} is back on ${source}.` };
  if (phase === 'failed') return { tone: 'bad', title: 'Failed', text: outcome ?? view.next };
  if (phase === 'cancelled') return { tone: 'warn', title: 'Cancelled', text: outcome ?? view.next };
  if (phase === 'awaiting-verdict') return verdict(view);
  if (view.paused !== undefined)
    return {
      tone: 'warn',
      title: `Paused by ${printable(view.paused.by)}`,
      text: `What ran for it on the hosts was stopped; the log names a host that could not be reached. ${view.server.running && !view.running ? `${server} is off meanwhile. ` : ''}Resume goes on from here: what was copied is used, and proven as a whole.`,
    };
  if (!active)
    return {
      tone: 'warn',
      title: 'It stopped on the way',
      text: `Nobody drives it now. What runs on the hosts goes on; nothing is lost. Press Resume when the cause is gone.`,
    };
  if (view.waiting !== undefined)
    return {
      tone: 'warn',
      title: running(view),
      text: 'It waits until what is in its way is over, and then goes on by itself. Nothing is lost meanwhile.',
    };
  // Nova is done with it; what is left may take long, and the engine names it.
  if (view.merging !== undefined)
    return { tone: 'busy', title: `Merging the frozen layers of ${server}`, text: view.next };
  return { tone: 'busy', title: running(view), text: 'Nothing to do: it goes on by itself.' };
}

function verdict(view: MigrationView): NextAction {
  const { proven, running } = view;
  const [server, source, destination] = namesOf(view);
  if (!proven)
    return {
      tone: 'bad',
      title: 'The copy is not proven',
      text: `A confirm is refused, for it would remove the copy on ${source}. Read the evidence below; then have both hosts looked at again, or revert.`,
    };
  return {
    tone: 'note',
    title: 'Your verdict is due',
    text: `The copy of ${server} on ${destination} is proven equal${running ? ', and it runs there' : ''}. Look whether it works, then confirm or revert. Until then the copy on ${source} is kept.`,
  };
}

/** How long there is a way back, where Nova confirms by itself; `undefined` where it does not. */
export function ownConfirmText(view: MigrationView, nowMs: number): string | undefined {
  const { confirmsItselfAtMs, proven, phase } = view;
  if (confirmsItselfAtMs === undefined) return undefined;
  const [, source, destination] = namesOf(view);
  const leftSeconds = Math.ceil((confirmsItselfAtMs - nowMs) / 1000);
  const when = leftSeconds > 0 ? `by itself in ${clockText(leftSeconds)}` : 'by itself at any moment now';
  const advice = proven
    ? 'Decide before.'
    : phase === 'awaiting-verdict'
      ? 'Revert before: after that only the copy that is not proven is left.'
      : 'It is being proven now.';
  return `Nova on ${destination} confirms ${when}. The copy on ${source} is gone then. ${advice}`;
}

/** What it does now, in words. */
function running(view: MigrationView): string {
  const { phase, route } = view;
  const [server, source, destination] = namesOf(view);
  switch (phase) {
    case 'planned':
      return `Waiting for its turn, then ${server} is locked`;
    case 'staging':
      return `Copying what cannot change any more, while ${server} is untouched`;
    case 'stopping':
      return `Stopping ${server} on ${source}`;
    case 'preparing':
      return `Making the disks ready on ${source}`;
    case 'copying':
      return `Copying from ${source} to ${destination}`;
    case 'verifying':
      return 'Proving that both copies are equal';
    case 'handing-over':
      return route === 'nova'
        ? `Nova copies to ${destination}`
        : `Nova takes over the copy on ${destination}`;
    case 'confirming':
      return `Confirming: Nova removes the source copy on ${source}`;
    case 'reverting':
      return `Reverting: back to ${source}`;
    case 'restoring':
      return `Going back: ${server} is put in order on ${source}`;
    case 'awaiting-verdict':
    case 'confirmed':
    case 'reverted':
    case 'failed':
    case 'cancelled':
      return phase;
  }
}

/** Instance, source and destination, short enough to stand in a sentence. */
function namesOf({ server, source, destination }: MigrationView): readonly [string, string, string] {
  const short = (name: string): string => cutMiddle(printable(name), 32);
  return [short(server.name), short(source), short(destination)];
}
