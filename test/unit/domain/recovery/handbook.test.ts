import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { RECOVERY } from '../../../../build/handbook.ts';
import { listRules } from '../../../../main/cli/rules.ts';

const ROOT = new URL('../../../../', import.meta.url);

test('the handbook has the states as the code has them: npm run handbook writes them', async () => {
  expect(await readFile(RECOVERY.path, 'utf8')).toBe(await RECOVERY.text());
});

test.each(listRules(undefined).rules.map((rule) => [rule.id, rule] as const))(
  '%s is named in every test that it says it is tested in',
  async (id, { testedIn }) => {
    for (const path of testedIn) {
      const text = await readFile(fileURLToPath(new URL(path, ROOT)), 'utf8');
      expect({ path, named: text.includes(id) }).toEqual({ path, named: true });
    }
  },
);
