const STANDIN = new URL('./electron.ts', import.meta.url).href;

/** Whoever compiles TypeScript resolves the rest. */
export function resolve(specifier, context, next) {
  return next(specifier === 'electron' ? STANDIN : specifier, context);
}
