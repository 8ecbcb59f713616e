/** What was asked for, or why it could not be had; that is never a pass. */
export type Answer<T> =
  { readonly known: true; readonly value: T } | { readonly known: false; readonly why: string };
