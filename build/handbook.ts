import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { checksMarkdown, listChecks } from '../main/cli/checks.ts';
import { listRules, rulesMarkdown } from '../main/cli/rules.ts';

/** `npm run handbook`: writes what the handbook takes from the code. A unit test fails while it is stale. */

/** A page of the handbook with a part that is written from the code, between two comments. */
export interface WrittenPage {
  readonly path: string;
  /** As it has to be: its own words, and the part as the code has it. */
  text(): Promise<string>;
}

function page(name: string, mark: string, written: () => string): WrittenPage {
  const path = fileURLToPath(new URL(`../docs/handbook/${name}.md`, import.meta.url));
  const region = new RegExp(`(<!-- ${mark}: .*-->\\n)[^]*(<!-- end of ${mark} -->)`);
  return {
    path,
    async text() {
      const text = await readFile(path, 'utf8');
      if (!region.test(text)) throw new Error(`${path} has no place for the ${mark}`);
      const filled = text.replace(
        region,
        (_whole, begin: string, end: string) => `${begin}\n${written()}\n\n${end}`,
      );
      return format(filled, { ...(await resolveConfig(path)), parser: 'markdown' });
    },
  };
}

export const PREFLIGHT = page('preflight', 'checks', () => {
  const entries = listChecks(undefined);
  const findings = entries.flatMap((entry) => entry.findings);
  return `${String(entries.length)} checks, ${String(findings.length)} findings of a move.\n\n${checksMarkdown(entries)}`;
});

export const RECOVERY = page('recovery', 'rules', () => rulesMarkdown(listRules(undefined)));

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const written of [PREFLIGHT, RECOVERY]) await writeFile(written.path, await written.text());
