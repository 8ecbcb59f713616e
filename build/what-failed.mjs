// Which tests failed, a line each, for the end of a long run: where they failed is hours of output above.
import { stripVTControlCharacters } from 'node:util';

/** Of what went wrong, enough to know it again. */
function firstLine(message) {
  const [line = ''] = stripVTControlCharacters(String(message ?? ''))
    .split('\n')
    .map((text) => text.trim())
    .filter((text) => text !== '');
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

const told = (where, message) => [where, firstLine(message)].filter((text) => text !== '').join(': ');

/** @param report - what vitest's reporter `json` wrote @param root - the directory that the files are named from */
export function failedTests(report, root) {
  return report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = name.startsWith(`${root}/`) ? name.slice(root.length + 1) : name;
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [told(file, message)] : [];
    return failed.map(({ fullName, failureMessages }) => told(`${file} > ${fullName}`, failureMessages[0]));
  });
}

/** @param report - what `npm run test:faults -- --json` wrote */
export function failedCases(report) {
  return report.results
    .filter(({ ok }) => !ok)
    .map(({ id, title, problems }) => told(`${id}: ${title}`, problems[0]));
}

/** @param report - what Playwright's reporter `json` wrote: suites in suites, and in each the specs */
export function failedStories(report) {
  const within = ({ suites = [], specs = [] }) => [
    ...specs.flatMap(({ file, title, tests }) =>
      tests
        .filter(({ status }) => status === 'unexpected')
        .map(({ projectName, results }) =>
          told(`${file} [${projectName}] > ${title}`, results.at(-1)?.error?.message),
        ),
    ),
    ...suites.flatMap(within),
  ];
  return within(report);
}
