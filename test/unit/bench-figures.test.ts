import { expect, test } from 'vitest';
import { figureLine, isBounded, isBroken } from '../bench/figures.ts';

test('a bound is broken beyond its end, and by what could not be measured', () => {
  const figure = { name: 'it', unit: 's' };
  expect(isBroken({ ...figure, value: 2, most: 2 })).toBe(false);
  expect(isBroken({ ...figure, value: 2.1, most: 2 })).toBe(true);
  expect(isBroken({ ...figure, value: 8, least: 8 })).toBe(false);
  expect(isBroken({ ...figure, value: 7.9, least: 8 })).toBe(true);
  expect(isBroken({ ...figure, value: Number.NaN, least: 8 })).toBe(true);
  expect(isBroken({ ...figure, value: Number.NaN })).toBe(false);
  expect(isBounded({ ...figure, value: 1 })).toBe(false);
  expect(isBounded({ ...figure, value: 1, least: 8 })).toBe(true);
});

test('a line says value, unit, bound and whether it is kept', () => {
  expect(figureLine({ name: 'proof', value: 31.26, unit: '%', most: 30 })).toMatch(
    /^proof +31\.3 % {3}at most 30: BROKEN$/,
  );
  expect(figureLine({ name: 'shorter', value: 9, unit: 'times', least: 8 })).toMatch(
    /^shorter +9 times {3}at least 8: kept$/,
  );
});
