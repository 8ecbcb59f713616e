// `npm run lab -- …`: sees to what the lab needs on this machine, then runs test/lab/main.ts.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensure, labPrograms, ROOT } from './setup/ensure.mjs';

const words = process.argv.slice(2);
// Only `up` starts hosts; the rest must also work while something is missing.
const starts = words.includes('up') && !words.includes('--help');
ensure(starts ? { tools: labPrograms(), namespaces: true } : {});

const loader = import.meta.resolve('tsx');
const child = spawn(process.execPath, ['--import', loader, join(ROOT, 'test/lab/main.ts'), ...words], {
  stdio: 'inherit',
});
// The terminal sends Ctrl-C to both of us; the lab decides what it means.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
