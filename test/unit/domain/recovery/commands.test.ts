import { expect, test } from 'vitest';
import { bindPorts, rename, writeHost, writeStatus } from '../../../../main/domain/recovery/commands.ts';

const ID = '0b1d5a2e-0000-4000-8000-000000000001';

test('usual names stand as they are', () => {
  expect(rename('/i/a_resize', '/i/a')).toBe('mv -nT /i/a_resize /i/a');
  expect(bindPorts(ID, 'hostB')).toBe(
    `openstack port list --server ${ID} -f value -c ID | xargs -rn 1 openstack port set --host hostB`,
  );
  expect(writeHost(ID, 'hostB')[1]).toBe(
    `UPDATE instances SET host = 'hostB', node = (SELECT hypervisor_hostname FROM compute_nodes WHERE host = 'hostB' AND deleted = 0 LIMIT 1), task_state = NULL WHERE uuid = '${ID}' AND deleted = 0;`,
  );
});

test.each(['a; rm -rf /', '$(reboot)', '`reboot`', "it's", 'a b'])('%s is one word of a shell', (name) => {
  const word = `'${name.replaceAll("'", String.raw`'\''`)}'`;
  expect(rename(name, '/i/a')).toBe(`mv -nT ${word} /i/a`);
  expect(bindPorts(ID, name).endsWith(` --host ${word}`)).toBe(true);
});

test.each([
  ["a' OR '1' = '1", "'a'' OR ''1'' = ''1'"],
  [String.raw`a\' OR 1 = 1 -- `, String.raw`'a\\'' OR 1 = 1 -- '`],
])('%s is one text of a statement', (name, text) => {
  for (const statement of writeHost(ID, name).slice(1))
    expect(statement).toContain(`WHERE host = ${text} AND`);
});

test('of a status nothing but its letters is written', () => {
  expect(writeStatus(7, ID, "confirming'; DROP TABLE migrations")).toBe(
    `UPDATE migrations SET status = 'confirmingmigrations' WHERE id = 7 AND instance_uuid = '${ID}';`,
  );
});
