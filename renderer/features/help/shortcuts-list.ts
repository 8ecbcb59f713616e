export interface Shortcut {
  readonly keys: readonly string[];
  /** One after the other (`then`), or either of them (`or`). */
  readonly joined?: 'then' | 'or';
  readonly does: string;
}

export interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

/** Everything that `?` tells. A screen with keys of its own adds a group here. */
export const SHORTCUTS: readonly ShortcutGroup[] = [
  {
    title: 'Go to a screen',
    shortcuts: [
      { keys: ['g', 'i'], joined: 'then', does: 'Instances' },
      { keys: ['g', 'm'], joined: 'then', does: 'Migrations' },
      { keys: ['g', 'c'], joined: 'then', does: 'Clouds and hosts' },
      { keys: ['g', 's'], joined: 'then', does: 'Settings' },
    ],
  },
  {
    title: 'On every screen',
    shortcuts: [
      { keys: ['/'], does: 'Go to the search field of this screen' },
      { keys: ['?'], does: 'Show this list' },
      {
        keys: ['Esc'],
        does: 'Close a dialog or a menu. A question of a host stays open and can be answered later',
      },
    ],
  },
  {
    title: 'In tables, lists and forms',
    shortcuts: [
      { keys: ['Tab'], does: 'Next link, button or field; with Shift the one before' },
      { keys: ['Space'], does: 'Press the button, or tick the box' },
      { keys: ['Enter'], does: 'Follow the link, press the button, or send the form' },
      { keys: ['←', '→'], joined: 'or', does: 'Move between tabs and choices that stand side by side' },
    ],
  },
];
