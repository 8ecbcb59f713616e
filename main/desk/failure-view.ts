import type { FailureView } from '../contract/desk-views.ts';
import { Failure } from '../domain/failure.ts';

/** A failure as the page shows it; anything else is a defect, and says so without a stack trace. */
export function failureView(error: unknown): FailureView {
  if (!(error instanceof Failure)) {
    const message = error instanceof Error ? error.message : String(error);
    return { code: 'internal', message: `a defect of Coldhaul: ${message}` };
  }
  const { code, message, hint, requestId } = error;
  return {
    code,
    message,
    ...(hint !== undefined && { hint }),
    ...(requestId !== undefined && { requestId }),
  };
}
