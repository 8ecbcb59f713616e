import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { calls, type CallName } from '../../main/contract/ipc.ts';
import { createDispatch } from '../../main/host/dispatch.ts';
import { GOOD_CALLS } from '../support/good-calls.ts';

/** Wrong inputs to every call: one clear refusal each, and nothing of them reaches whoever would carry the call out. */

const NAMES = Object.keys(calls) as CallName[];
const reached: (readonly [name: string, input: unknown])[] = [];
const handlers = Object.fromEntries(
  NAMES.map((name) => [
    name,
    (input: unknown) => {
      reached.push([name, input]);
      return Promise.resolve({});
    },
  ]),
);
const dispatch = createDispatch(handlers);

beforeEach(() => {
  reached.length = 0;
});

type Path = readonly (string | number)[];

/** Every place in a value, the value itself included. */
function places(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Array.isArray(value)
    ? value.map((part, index) => [index, part] as const)
    : Object.entries(value);
  return [path, ...inner.flatMap(([key, part]) => places(part, [...path, key]))];
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((part, key) => (part as Record<string | number, unknown>)[key], value);
}

/** A copy with another value in one place. */
function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

const deep = (levels: number): unknown => {
  let value: unknown = 'bottom';
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? { in: value } : [value];
  return value;
};

const HUGE = 'x'.repeat(2_000_000);
const circle: { self?: unknown } = {};
circle.self = circle;

/** Anything that may come over the wire or between processes. */
const anything = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
    withNullPrototype: true,
    withObjectString: true,
    maxDepth: 4,
    key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'prototype', 'id')),
  }),
  fc.constantFrom<unknown>(
    null,
    undefined,
    Number.NaN,
    -0,
    1e308,
    HUGE,
    circle,
    deep(20_000),
    '__proto__',
    [],
  ),
  fc.constant(JSON.parse('{"__proto__":{"id":"polluted"},"constructor":{"prototype":{"id":"polluted"}}}')),
);

function expectRefusal(reply: unknown): void {
  expect(reply).toMatchObject({
    ok: false,
    code: 'bad-request',
    message: expect.stringMatching(/^what was given to [a-z-]+\.[a-z-]+ does not fit \(.+\)$/s) as string,
    hint: expect.any(String) as string,
  });
  const { message } = reply as { message: string };
  expect(message.length).toBeLessThan(2_500);
  expect(message).not.toMatch(/\n\s+at |node:internal|\p{Cc}/u);
  expect(reached).toEqual([]);
}

test('every call has a good input here, and takes it', async () => {
  expect(Object.keys(GOOD_CALLS).sort()).toEqual([...NAMES].sort());
  for (const name of NAMES) expect(await dispatch(name, GOOD_CALLS[name])).toEqual({ ok: true, value: {} });
  expect(reached.map(([name]) => name)).toEqual(NAMES);
});

describe.each(NAMES)('%s', (name) => {
  const good = GOOD_CALLS[name];

  test('refuses a value of another kind, wherever it stands', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places(good)), anything, async (path, wrong) => {
        // Left out, most values have a default; null lifts a limit.
        fc.pre(kindOf(at(good, path)) !== kindOf(wrong) && wrong !== undefined);
        fc.pre(!(path.at(-1) === 'limitMibPerSecond' && wrong === null));
        // A date, a map or a typed array is an object to JavaScript; without a required key it is refused too.
        fc.pre(!(path.length === 0 && Object.keys(good).length === 0 && typeof wrong === 'object'));
        expectRefusal(await dispatch(name, replaced(good, path, wrong)));
      }),
      { numRuns: 60 },
    );
  });

  test('takes nothing that it does not know, and is not changed by it', async () => {
    await fc.assert(
      fc.asyncProperty(anything, fc.string(), async (more, key) => {
        fc.pre(!Object.hasOwn(good, key));
        reached.length = 0;
        const input: unknown = { ...good };
        Object.defineProperty(input, key, { value: more, enumerable: true });
        const reply = await dispatch(name, input);
        // What is too big to be looked at is refused, known or not.
        if (!reply.ok) expectRefusal(reply);
        else expect(Object.keys(reached[0]?.[1] as object).sort()).toEqual(Object.keys(good).sort());
      }),
      { numRuns: 25 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { id?: unknown }).id).toBeUndefined();
  });

  test('still works afterwards', async () => {
    for (const wrong of [undefined, null, circle, deep(50_000), { length: 2 ** 53 }, Array(200_000).fill(0)])
      await dispatch(name, wrong);
    reached.length = 0;
    expect(await dispatch(name, good)).toEqual({ ok: true, value: {} });
    expect(reached).toHaveLength(1);
  });
});

test('a call that there is not is named as such, whatever its name is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'plan', 'plan.', HUGE),
      ),
      anything,
      async (name, input) => {
        fc.pre(!Object.hasOwn(calls, name));
        const reply = await dispatch(name, input);
        expect(reply).toMatchObject({ ok: false, code: 'unknown-call' });
        const { message } = reply as { message: string };
        expect(message.length).toBeLessThan(700);
        expect(message).not.toMatch(/\p{Cc}/u);
        expect(reached).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});

test('a list of very many wrong values costs no more words than one; of too many, not even a look', async () => {
  const good = GOOD_CALLS['migration.start'];
  const asked = async (count: number): Promise<string> => {
    const reply = await dispatch('migration.start', { ...good, acknowledged: Array(count).fill(1) });
    expectRefusal(reply);
    return (reply as { message: string }).message;
  };
  expect(await asked(1_000)).toMatch(/acknowledged\.0: .*; and 995 more\)$/);
  expect(await asked(1_000_000)).toContain('it is too much');
  const odd = [circle, deep(20_000), new Map(), new Date(), Buffer.from('x'), [Uint16Array.of(1)]];
  for (const input of odd) expect(await dispatch('desk.read', input)).toMatchObject({ code: 'bad-request' });
});
