import type { FailureCode } from '../domain/failure.ts';

/**
 * What a call comes back with. A value, not an exception: of a thrown error only the message survives the way
 * from Electron's main process to the page (Electron issue 24427).
 */
export type Reply<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly code: FailureCode;
      readonly message: string;
      readonly hint?: string;
      readonly requestId?: string;
    };
