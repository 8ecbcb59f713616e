import { createContext, useContext } from 'react';

/** Ids of the rows that the filters let through, in the order that is shown. */
export const ShownIds = createContext<readonly string[]>([]);

export function useShownIds(): readonly string[] {
  return useContext(ShownIds);
}
