import { expect, test } from 'vitest';
import { asBeforeTheFreeze } from '../../../main/domain/live.ts';
import {
  directory,
  diskFile,
  diskPlan,
  link,
  onHost,
  plan,
  SERVER_ID,
  INSTANCES,
} from '../../support/samples.ts';

const home = `${INSTANCES}/${SERVER_ID}`;
const stage = `${INSTANCES}/_coldhaul/${SERVER_ID}`;
const base = `${INSTANCES}/_base/b`;

test('its own layers and names are taken away, and what is another’s is still seen', () => {
  const sample = plan();
  const live = plan({
    route: 'thin',
    disks: [diskPlan('disk', { path: `${home}/disk`, chain: [base] })],
    options: { ...sample.options, live: true },
  });
  const chainBelow = (...paths: readonly string[]) =>
    [`${home}/disk`, ...paths, base].map((path) => link(path));
  const here = (strange: string) =>
    onHost('compute-a', {
      directory: directory(home, {
        disks: [diskFile('disk', { chain: chainBelow(`${stage}/live.disk`, strange) })],
      }),
      secondNames: [`${stage}/live.disk`],
      domainFiles: [`${stage}/live.disk`, '/srv/other'],
    });
  const before = asBeforeTheFreeze(live, here(`${stage}/layer.disk`));
  expect(before.directory?.disks[0]?.chain.map(({ path }) => path)).toEqual([`${home}/disk`, base]);
  expect(before).not.toHaveProperty('secondNames');
  expect(before.domainFiles).toEqual([`${home}/disk`, '/srv/other']);
  const strange = asBeforeTheFreeze(live, here('/srv/snapshot'));
  expect(strange.directory?.disks[0]?.chain.map(({ path }) => path)).toContain('/srv/snapshot');
  expect(asBeforeTheFreeze(sample, here(`${stage}/layer.disk`))).toEqual(here(`${stage}/layer.disk`));
});
