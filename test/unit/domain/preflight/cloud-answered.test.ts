import { expect, test } from 'vitest';
import { Failure } from '../../../../main/domain/failure.ts';
import { answered } from '../../../../main/services/openstack/answered.ts';

/** As the HTTP client does: nothing comes until the signal fires. */
function never(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => {
      reject(new Failure('cancelled', 'Stopped waiting for the cloud.'));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

test('what was read is known', async () => {
  expect(await answered(() => Promise.resolve(7))).toEqual({ known: true, value: 7 });
});

test('a refusal says why, and stops nobody', async () => {
  const refusal = new Failure('cloud.forbidden', 'Could not list ports: 403.');
  expect(await answered(() => Promise.reject(refusal))).toEqual({
    known: false,
    why: 'Could not list ports: 403.',
  });
});

test('a service that does not answer is not waited for', async () => {
  expect(await answered(never, undefined, 5)).toEqual({
    known: false,
    why: 'there was no answer within 0.005 s',
  });
});

test('only the caller’s own cancelling goes through', async () => {
  const stop = new AbortController();
  const asked = answered(never, stop.signal);
  stop.abort();
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  await expect(answered(never, stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
});

test('a mistake of ours is not taken for an answer of the cloud', async () => {
  await expect(answered(() => Promise.reject(new TypeError('ours')))).rejects.toThrow('ours');
});
