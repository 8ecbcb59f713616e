import { Kbd, Modal, Title } from '@mantine/core';
import { useEffect, useEffectEvent, useRef } from 'react';
import { go } from '../../route.ts';
import './help.css';
import { readKey, type KeyAction, type Pending } from './keys.ts';
import { SHORTCUTS, type Shortcut } from './shortcuts-list.ts';

/** Keys that work on every screen. They rest while one types, and while a dialog is open. */
export function useShortcuts(help: () => void): void {
  const pending = useRef<Pending>(undefined);
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target) || isDialogOpen()) return;
    const read = readKey(pending.current, event.key, event.timeStamp);
    pending.current = read.pending;
    if (read.action === undefined) return;
    event.preventDefault();
    carryOut(read.action, help);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => {
      pressed(event);
    };
    document.addEventListener('keydown', listener);
    return () => {
      document.removeEventListener('keydown', listener);
    };
  }, []);
}

function carryOut(action: KeyAction, help: () => void): void {
  switch (action.kind) {
    case 'help':
      help();
      return;
    case 'go':
      go(action.route);
      return;
    case 'search':
      document.querySelector<HTMLInputElement>('#content input[type="search"]')?.focus();
      return;
  }
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest('input:not([type="checkbox"], [type="radio"]), textarea, select') !== null)
  );
}

function isDialogOpen(): boolean {
  return document.querySelector('[aria-modal="true"]') !== null;
}

interface ShortcutsDialogProps {
  readonly opened: boolean;
  readonly close: () => void;
}

/** The list of all keys, under `?`. */
export function ShortcutsDialog({ opened, close }: ShortcutsDialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="56rem"
      title="Keyboard shortcuts"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className="help-groups">
        {SHORTCUTS.map(({ title, shortcuts }) => (
          <section key={title} className="help-group" aria-label={title}>
            <Title order={3}>{title}</Title>
            <dl className="help-list">
              {shortcuts.map((shortcut) => (
                <Line key={shortcut.does} shortcut={shortcut} />
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="dimmed">Single keys do nothing while you type in a field.</p>
    </Modal>
  );
}

function Line({ shortcut: { keys, joined = 'then', does } }: { readonly shortcut: Shortcut }) {
  return (
    <div className="help-line">
      <dt>
        {keys.map((key, index) => (
          <span key={key}>
            {index > 0 && <span className="dimmed"> {joined} </span>}
            <Kbd>{key}</Kbd>
          </span>
        ))}
      </dt>
      <dd>{does}</dd>
    </div>
  );
}
