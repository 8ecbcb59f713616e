// `npm run screenshots`: takes the handbook's pictures anew, on a lab of its own, with the page as it is now.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { asRootOfNamespace } from './setup/as-root.mjs';
import { browserPrograms, ensure, labPrograms, ROOT } from './setup/ensure.mjs';

/** Where the user of the pictures lives. It is there for this script alone, and nobody's own path is in a picture. */
const HOME = '/home/alice';
const HELP = `npm run screenshots -- [--only NAME]

Takes every screen and state from the real lab. The handbook's pictures go to docs/images/; those in other sizes
go to test-results/screenshots/, to be looked at.

  --only   the scenes that have this in their name, such as plan or migration-copying

Examples:
  npm run screenshots
  npm run screenshots -- --only settings`;

function words() {
  try {
    const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } });
    if (values.help === true) {
      console.log(HELP);
      process.exit(0);
    }
    return values.only === undefined ? [] : ['--grep', values.only.replaceAll(/[^\w-]/g, '.')];
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

// In a mount namespace of its own: a home for alice beside the homes that there are, and nothing stays of it.
const PREPARE = `
set -e
kept=$1 home=$2; shift 2
mkdir -p "$kept/homes" "$kept/home"
mount --rbind "\${home%/*}" "$kept/homes"
mount -t tmpfs -o mode=0755 coldhaul "\${home%/*}"
for one in "$kept/homes"/*; do
  [ -d "$one" ] || continue
  mkdir "\${home%/*}/\${one##*/}"
  mount --rbind "$one" "\${home%/*}/\${one##*/}"
done
mkdir "$home"
mount --bind "$kept/home" "$home"
exec "$@"`;

const only = words();
ensure({ tools: [...labPrograms(), ...browserPrograms()], namespaces: true });
if (existsSync(HOME)) {
  console.error(`${HOME} is somebody’s home on this machine: take the pictures on another one`);
  process.exit(1);
}
const { runScript } = await import('./run-script.mjs');
const kept = mkdtempSync(join(tmpdir(), 'coldhaul-screenshots-'));
mkdirSync(join(ROOT, 'docs/images'), { recursive: true });
const playwright = join(ROOT, 'node_modules/@playwright/test/cli.js');
const [program, ...rest] = [
  ...asRootOfNamespace(),
  ...['unshare', '--mount', 'sh', '-c', PREPARE, 'coldhaul', kept, HOME],
  ...[process.execPath, playwright, 'test', '--config', 'build/screenshots.config.ts', '--reporter=list'],
  ...only,
];
const startedAtMs = Date.now();
console.log('Building the page, starting the lab and taking pictures; all of it takes about ten minutes …');
const env = {
  ...process.env,
  COLDHAUL_SCREENSHOTS_HOME: HOME,
  PWTEST_CACHE_DIR: join(ROOT, 'node_modules/.cache/playwright'),
};
const code = await runScript(program, rest, { cwd: ROOT, env });
rmSync(kept, { recursive: true, force: true });
const seconds = String(Math.round((Date.now() - startedAtMs) / 1000));
console.log(
  code === 0
    ? `Pictures are in docs/images and test-results/screenshots, after ${seconds} s`
    : `Not all pictures could be taken, after ${seconds} s`,
);
process.exitCode = code;
