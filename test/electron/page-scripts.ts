import { readFile } from 'node:fs/promises';

/** One script of the files of `world/`, in their order, that ends with this call. */
async function script(names: readonly string[], call: string): Promise<string> {
  const parts = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(`./world/${name}`, import.meta.url), 'utf8');
      return text.replaceAll(/^import .*$/gm, '').replaceAll(/^export /gm, '');
    }),
  );
  return `(() => {\n${parts.join('\n')}\n${call};\n})();`;
}

export function pageScript(): Promise<string> {
  return script(['cross-world.js', 'page-world.js'], 'pageWorld()');
}

/** @param preload - The built script, as text; it runs as a CommonJS module with a `require` of our own. */
export function preloadScript(preload: string): Promise<string> {
  const module = `(require) => { const module = { exports: {} }; (function (exports) {\n${preload}\n})(module.exports); }`;
  return script(['cross-world.js', 'preload-world.js'], `preloadWorld(${module})`);
}
