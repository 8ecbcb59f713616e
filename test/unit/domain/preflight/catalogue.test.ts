import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PREFLIGHT } from '../../../../build/handbook.ts';
import { listChecks } from '../../../../main/cli/checks.ts';

const ROOT = new URL('../../../../', import.meta.url);
const checks = listChecks(undefined);

test('there are checks enough, and no id is there twice', () => {
  const ids = checks.flatMap(({ findings }) => findings);
  expect(checks.length).toBeGreaterThanOrEqual(40);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each(checks.map((check) => [check.id, check] as const))(
  '%s tells what it protects from, what it reads, where that is known from and where it is tested, in the lab too',
  async (_id, { title, protectsFrom, sources, reads, testedIn, findings }) => {
    expect(title).toMatch(/^\S.{2,40}$/);
    expect(protectsFrom).toMatch(/^[A-Z].*[.]$/);
    expect(reads.length).toBeGreaterThan(10);
    expect(sources).not.toEqual([]);
    expect(testedIn).not.toEqual([]);
    expect(testedIn.some((path) => path.startsWith('test/integration/'))).toBe(true);
    for (const path of testedIn) {
      const text = await readFile(fileURLToPath(new URL(path, ROOT)), 'utf8');
      expect({ path, named: findings.some((finding) => text.includes(finding)) }).toEqual({
        path,
        named: true,
      });
    }
  },
);

test('the handbook has the table as the code has it: npm run handbook writes it', async () => {
  expect(await readFile(PREFLIGHT.path, 'utf8')).toBe(await PREFLIGHT.text());
});
