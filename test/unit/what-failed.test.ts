import { expect, test } from 'vitest';
import { failedCases, failedStories, failedTests } from '../../build/what-failed.mjs';

// Shaped as vitest 4.1 and Playwright 1.61 wrote them.
test('of a run of vitest: each test with its file and first line, and a file that did not even begin', () => {
  const passed = { fullName: 'is fine', status: 'passed', failureMessages: [] };
  const failed = {
    fullName: 'a group and its test',
    status: 'failed',
    failureMessages: ['\u001b[31mAssertionError\u001b[39m: expected 1 to be 2\n    at file:1:2'],
  };
  const report = {
    testResults: [
      { name: '/app/test/one.test.ts', status: 'failed', message: '', assertionResults: [passed, failed] },
      {
        name: '/app/test/two.test.ts',
        status: 'failed',
        message: '\nCannot find it\nat',
        assertionResults: [],
      },
      { name: '/app/test/three.test.ts', status: 'passed', message: '', assertionResults: [passed] },
    ],
  };
  expect(failedTests(report, '/app')).toEqual([
    'test/one.test.ts > a group and its test: AssertionError: expected 1 to be 2',
    'test/two.test.ts: Cannot find it',
  ]);
});

test('of the fault campaign: the case, what was done to it, and the first problem', () => {
  const results = [
    { id: 'kill-000', title: 'right after locked', ok: true, problems: [] },
    { id: 'link-001', title: 'cut', ok: false, problems: ['it is on two hosts', 'and locked'] },
    { id: 'link-002', title: 'cut', ok: false, problems: [] },
  ];
  expect(failedCases({ results })).toEqual(['link-001: cut: it is on two hosts', 'link-002: cut']);
});

test('of the stories: whichever suite they stand in, with the browser or the shell that they failed in', () => {
  const spec = (title: string, status: string) => ({
    title,
    file: 'move.test.ts',
    tests: [
      { projectName: 'web', status, results: [{}, { error: { message: `${'long '.repeat(60)}\nmore` } }] },
    ],
  });
  const report = {
    suites: [{ specs: [spec('goes', 'expected')], suites: [{ specs: [spec('moves', 'unexpected')] }] }],
  };
  const lines = failedStories(report);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^move\.test\.ts \[web\] > moves: long long .*…$/);
});
