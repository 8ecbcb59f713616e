/** What the letters behind a refusal stand for, as the handbook has them (docs/handbook/recovery.md). */
export const LETTER_WORDS: Readonly<Record<string, string>> = {
  G1: 'Nothing is changed while a copy runs or QEMU has the files open.',
  G2: 'Where one host has both names, neither is touched before one of them is known to be good.',
  G3: 'Nothing is confirmed that was not proven.',
  G4: 'Nothing is deleted or written over: what is in the way is renamed.',
  G5: 'Nothing is started before libvirt on every host has said that it does not run there.',
  G6: 'The instance is locked meanwhile, in Nova and on the hosts.',
  G7: 'What was read is read again right before, and if it has changed, nothing is done.',
};

/** A sentence in its parts: words, and the letters between them. */
export function letterParts(text: string): readonly string[] {
  return text.split(/\b(G[1-7])\b/);
}
