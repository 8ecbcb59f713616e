import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { NOT_RECOGNISED, RULES } from '../../../../main/domain/recovery/catalogue.ts';
import { CONFIDENCES, URGENCIES } from '../../../../main/domain/recovery/rule.ts';

const FAILURES = Array.from({ length: 46 }, (_, index) => `F${String(index + 1).padStart(2, '0')}`);
/** It begins with a capital, or with the name of a file or a program, which stays as it is written. */
const SENTENCE = /^(?:[\p{Lu}<_]|(?:libvirt|coldhaul|nova-compute|openstack|qemu-img|virsh|rsync) ).*\.$/su;

test('every failure of the catalogue is known by a rule, or said not to be, and none both', () => {
  const known = new Set(RULES.flatMap(({ failures }) => failures));
  const not = NOT_RECOGNISED.map(({ failure }) => failure);
  expect(new Set(not).size).toBe(not.length);
  expect(not.filter((failure) => known.has(failure))).toEqual([]);
  expect([...known, ...not].sort()).toEqual(FAILURES);
});

test('what cannot be known says why in a sentence', () => {
  for (const { title, why } of NOT_RECOGNISED) {
    expect(title).not.toMatch(/\.$|^$/);
    expect(why).toMatch(SENTENCE);
  }
});

test('ids are unique, and in kebab-case', () => {
  const ids = RULES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
});

test.each(RULES.map((rule) => [rule.id, rule] as const))(
  '%s says all that the handbook needs',
  (_id, rule) => {
    expect(rule.title).toMatch(/^\p{Lu}.*[^.]$/u);
    for (const text of [rule.looksLike, rule.why, rule.mendedWhen, ...rule.whatToDo])
      expect(text).toMatch(SENTENCE);
    expect(rule.whatToDo.length).toBeGreaterThan(0);
    expect(rule.reads.length).toBeGreaterThan(0);
    expect(rule.sources.length).toBeGreaterThan(0);
    expect(rule.failures.length).toBeGreaterThan(0);
    expect(URGENCIES).toContain(rule.urgency);
    for (const { what, why } of rule.never) {
      expect(what).not.toMatch(/\.$|^$/);
      expect(why).toMatch(SENTENCE);
    }
  },
);

test.each(RULES.map((rule) => [rule.id, rule] as const))(
  '%s names the tests that it is in',
  async (id, rule) => {
    const [unit = '', ...others] = rule.testedIn;
    expect(unit).toMatch(/^test\/unit\/domain\/recovery\/[a-z-]+\.test\.ts$/);
    for (const other of others) expect(other).toMatch(/^test\/(?:integration|openstack)\/[a-z-]+\.test\.ts$/);
    expect(others.some((path) => path.startsWith('test/integration/'))).toBe(true);
    expect(await readFile(new URL(`../../../../${unit}`, import.meta.url), 'utf8')).toContain(id);
  },
);

test('the words for how sure and how bad are in their order', () => {
  expect(CONFIDENCES).toEqual(['certain', 'likely', 'open']);
  expect(URGENCIES[0]).toBe('danger');
});
