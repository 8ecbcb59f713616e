import { expect, test } from 'vitest';
import { createLimits } from '../../../main/engine/limits.ts';

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

test('no more than the limits run at a source, at a destination and in total', async () => {
  const limits = createLimits({ perSource: 2, perDestination: 1, total: 3 });
  const held = gate();
  const running: string[] = [];
  const work = (name: string, source: string, destination: string) =>
    limits.within(source, destination, new AbortController().signal, async () => {
      running.push(name);
      await held.opened;
    });
  const all = [
    work('1', 'a', 'x'),
    work('2', 'a', 'x'),
    work('3', 'b', 'y'),
    work('4', 'c', 'z'),
    work('5', 'd', 'w'),
  ];
  await expect.poll(() => running.length).toBe(3);
  expect(running).toEqual(expect.not.arrayContaining(['2', '5']));
  held.open();
  await Promise.all(all);
  expect([...running].sort()).toEqual(['1', '2', '3', '4', '5']);
});

test('one that waits can be given up', async () => {
  const limits = createLimits({ perSource: 1, perDestination: 1, total: 1 });
  const held = gate();
  const controller = new AbortController();
  const first = limits.within('a', 'x', new AbortController().signal, () => held.opened);
  const second = limits.within('a', 'x', controller.signal, () => Promise.resolve());
  controller.abort();
  await expect(second).rejects.toMatchObject({ code: 'cancelled' });
  held.open();
  await first;
});
