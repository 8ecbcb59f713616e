export interface Shortcut {
  readonly keys: readonly string[];
  /** One after the other (`then`), either of them (`or`), or both at once (`+`). */
  readonly joined?: 'then' | 'or' | '+';
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
      { keys: ['g', 'r'], joined: 'then', does: 'Recovery' },
      { keys: ['g', 'c'], joined: 'then', does: 'Clouds and hosts' },
      { keys: ['g', 's'], joined: 'then', does: 'Settings' },
    ],
  },
  {
    title: 'On every screen',
    shortcuts: [
      { keys: ['/'], does: 'Go to the search field of this screen' },
      { keys: ['?'], does: 'Show this list' },
    ],
  },
  {
    title: 'In the tables of instances, migrations and recovery',
    shortcuts: [
      { keys: ['↑', '↓'], joined: 'or', does: 'The row before, or the next one' },
      { keys: ['PgUp', 'PgDn'], joined: 'or', does: 'A screenful of rows up or down' },
      { keys: ['Home', 'End'], joined: 'or', does: 'The first row, or the last one' },
      { keys: ['Enter'], does: 'Show the details of the instance; go to the migration; see what is wrong' },
    ],
  },
  {
    title: 'In the table of instances',
    shortcuts: [
      { keys: ['Space'], does: 'Select the row, or no longer' },
      { keys: ['Shift', 'Space'], joined: '+', does: 'Select all from the last one to this row' },
      { keys: ['Ctrl', 'A'], joined: '+', does: 'Select all that are shown, or none; on a Mac with ⌘' },
      { keys: ['p'], does: 'Plan a migration of what is selected, else of this row' },
      { keys: ['Esc'], does: 'Close the details' },
    ],
  },
  {
    title: 'In the list of hosts',
    shortcuts: [
      { keys: ['↑', '↓'], joined: 'or', does: 'Show what is on the host before, or on the next one' },
      { keys: ['Home', 'End'], joined: 'or', does: 'All hosts, or the last one' },
    ],
  },
  {
    title: 'In the log of a migration',
    shortcuts: [
      { keys: ['↑', '↓'], joined: 'or', does: 'Read the line before, or the next one; first the last line' },
      { keys: ['PgUp', 'PgDn'], joined: 'or', does: 'Twelve lines up or down' },
      { keys: ['Home', 'End'], joined: 'or', does: 'The first line, or the last one, and follow' },
    ],
  },
  {
    title: 'Buttons, fields and dialogs',
    shortcuts: [
      { keys: ['Tab'], does: 'Next link, button or field; with Shift the one before' },
      { keys: ['Space'], does: 'Press the button, or tick the box' },
      { keys: ['Enter'], does: 'Follow the link, press the button, or send the form' },
      { keys: ['←', '→'], joined: 'or', does: 'Move between choices that stand side by side' },
      {
        keys: ['Esc'],
        does: 'Close a dialog or a menu, empty a search. A question of a host stays open and can be answered later',
      },
    ],
  },
];
