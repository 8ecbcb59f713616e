// `npm test`: the same set-up as the demo, then every check. Closes with one line: N passed, N failed.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chosen } from './chosen.mjs';
import { asRootOfNamespace } from './setup/as-root.mjs';
import { browserPrograms, ensure, labPrograms, ROOT } from './setup/ensure.mjs';
import { TEST_PROGRAMS } from './setup/programs.mjs';
import { failedCases, failedStories, failedTests } from './what-failed.mjs';

const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');
const PLAYWRIGHT = join(ROOT, 'node_modules/@playwright/test/cli.js');
const NAMES = ['types', 'lint', 'layers', 'unit', 'page', 'build', 'integration', 'faults', 'e2e'];
const HELP = `npm test -- [--only NAME,…]\n\n  --only   some of: ${NAMES.join(', ')}\n\nExamples:\n  npm test\n  npm test -- --only types,unit`;

const only = chosen(NAMES, 'check', HELP);
// In their own order: the later ones use what the earlier ones made.
const names = NAMES.filter((name) => only.includes(name));
ensure({
  tools: [...labPrograms(), ...TEST_PROGRAMS, ...(names.includes('e2e') ? browserPrograms() : [])],
  namespaces: true,
});
const { buildApp } = await import('./build-app.mjs');
const { runScript } = await import('./run-script.mjs');
const reports = mkdtempSync(join(tmpdir(), 'coldhaul-test-'));
const counted = { passed: 0, failed: 0 };
const told = [];

/** One check of npm's scripts counts as one test. */
async function script(name) {
  return countOne(await runScript('npm', ['run', '--silent', name], { cwd: ROOT }));
}

/** The tests on the lab then use what users would get. */
async function build() {
  const built = countOne(await buildApp());
  if (built) process.env['COLDHAUL_BUILT_CLI'] = join(ROOT, 'out/main/cli.js');
  return built;
}

function countOne(code) {
  counted[code === 0 ? 'passed' : 'failed'] += 1;
  return code === 0;
}

/** Vitest counts its own; a run that ends without a report counts as one failure. */
async function vitest(project) {
  const report = join(reports, `${project}.json`);
  const words = [
    'run',
    '--config',
    'build/vitest.config.ts',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const [program, ...rest] = [...asRootOfNamespace(), process.execPath, VITEST, ...words];
  const code = await runScript(program, rest, { cwd: ROOT });
  try {
    const results = JSON.parse(readFileSync(report, 'utf8'));
    const { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests } = results;
    told.push(...failedTests(results, ROOT));
    counted.passed += numPassedTests;
    counted.failed += Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0, code === 0 ? 0 : 1);
    if (numPendingTests > 0)
      console.log(`${String(numPendingTests)} skipped in ${project}, each with its reason in its name`);
  } catch {
    counted.failed += 1;
  }
  return code === 0;
}

/** A case of each kind of the fault campaign. A run that ends without a report counts as one failure. */
async function faults() {
  const report = join(reports, 'faults.json');
  const words = ['build/faults.mjs', '--short', `--json=${report}`];
  const code = await runScript(process.execPath, words, { cwd: ROOT });
  try {
    const ran = JSON.parse(readFileSync(report, 'utf8'));
    const bad = failedCases(ran);
    told.push(...bad);
    counted.passed += ran.results.length - bad.length;
    counted.failed += Math.max(bad.length, code === 0 ? 0 : 1);
  } catch {
    counted.failed += 1;
  }
  return code === 0;
}

/** The stories, on what the check `build` has built. A run that ends without a report counts as one failure. */
async function stories() {
  const report = join(reports, 'e2e.json');
  const words = ['test', '--config', 'build/playwright.config.ts', '--reporter=list,json'];
  const [program, ...rest] = [...asRootOfNamespace(), process.execPath, PLAYWRIGHT, ...words];
  const env = {
    ...process.env,
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    // Its usual place is shared by all who are user 0, also in a namespace.
    PWTEST_CACHE_DIR: join(ROOT, 'node_modules/.cache/playwright'),
  };
  const code = await runScript(program, rest, { cwd: ROOT, env });
  try {
    const results = JSON.parse(readFileSync(report, 'utf8'));
    const { expected, flaky, skipped, unexpected } = results.stats;
    told.push(...failedStories(results));
    counted.passed += expected + flaky;
    counted.failed += Math.max(unexpected, code === 0 ? 0 : 1);
    if (skipped > 0) console.log(`${String(skipped)} skipped in e2e, each with its reason in its name`);
  } catch {
    counted.failed += 1;
  }
  return code === 0;
}

const RUNS = { build, unit: vitest, page: vitest, integration: vitest, faults, e2e: stories };
const failed = [];
for (const name of names) {
  const startedAtMs = Date.now();
  console.log(`\n== ${name}`);
  const ok = await (RUNS[name] ?? script)(name);
  if (!ok) failed.push(name);
  console.log(
    `== ${name} ${ok ? 'ok' : 'FAILED'} after ${String(Math.round((Date.now() - startedAtMs) / 1000))} s`,
  );
}
rmSync(reports, { recursive: true, force: true });
if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}`);
for (const line of told) console.log(`  ${line}`);
console.log(`\n${String(counted.passed)} passed, ${String(counted.failed)} failed`);
process.exitCode = counted.failed === 0 && failed.length === 0 ? 0 : 1;
