import { execa } from 'execa';
import { expect, test } from 'vitest';
import { UNIT_FUNCTIONS } from '../../main/services/jobs/scripts/unit.ts';

// Only one systemd can be had on one machine; what the others are asked for is known from their manuals.
test.each([
  ['CentOS 7', 219, '-p CPUShares=256 -p BlockIOWeight=125'],
  ['CentOS 8', 239, '--collect -p CPUWeight=25 -p IOWeight=25 -p KillMode=control-group'],
  ['Debian 12', 252, '--collect -p CPUWeight=25 -p IOWeight=25 -p KillMode=control-group'],
  [
    'Ubuntu 24.04',
    255,
    '--collect -p CPUWeight=25 -p IOWeight=25 -p KillMode=control-group -p OOMPolicy=continue --expand-environment=no',
  ],
])('the systemd of %s (%i) is asked for what it knows', async (_, version, options) => {
  const script = `${UNIT_FUNCTIONS}unit_options "$1"`;
  const { stdout } = await execa('sh', ['-c', script, 'sh', String(version)]);
  expect(stdout).toBe(`--scope --quiet ${options}`);
});
