import { Failure } from '../../main/domain/failure.ts';

/** The failure that a promise ends with. @throws Error if it ends otherwise */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Failure) return outcome;
  throw new Error(`expected a Failure, got ${String(outcome)}`);
}
