import { Modal } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';

/** Keys that work on every screen. */
export function useShortcuts(help: () => void): void {
  useHotkeys([['shift+/', help]]);
}

export function ShortcutsDialog({ opened, close }: { readonly opened: boolean; readonly close: () => void }) {
  return <Modal opened={opened} onClose={close} title="Keyboard shortcuts" />;
}
