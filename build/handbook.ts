import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { checksMarkdown, listChecks } from '../main/cli/checks.ts';

/** `npm run handbook`: writes what the handbook takes from the code. A unit test fails while it is stale. */

export const PREFLIGHT = fileURLToPath(new URL('../docs/handbook/preflight.md', import.meta.url));

const REGION = /(<!-- checks: .*-->\n)[^]*(<!-- end of checks -->)/;

/** The page on the checks as it has to be: its own words, and the table as the code has it. */
export async function preflightPage(): Promise<string> {
  const text = await readFile(PREFLIGHT, 'utf8');
  if (!REGION.test(text)) throw new Error(`${PREFLIGHT} has no place for the checks`);
  const entries = listChecks(undefined);
  const count = `${String(entries.length)} checks, ${String(entries.flatMap(({ findings }) => findings).length)} findings of a move.`;
  const filled = text.replace(
    REGION,
    (_whole, begin: string, end: string) => `${begin}\n${count}\n\n${checksMarkdown(entries)}\n\n${end}`,
  );
  return format(filled, { ...(await resolveConfig(PREFLIGHT)), parser: 'markdown' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(PREFLIGHT, await preflightPage());
