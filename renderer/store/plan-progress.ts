import { create } from 'zustand';

/** What each plan that is being made is doing now, by its `ask`. */
export const usePlanProgress = create<Readonly<Record<string, string>>>(() => ({}));

export function takePlanProgress({ ask, message }: { readonly ask: string; readonly message: string }): void {
  usePlanProgress.setState({ [ask]: message });
}
