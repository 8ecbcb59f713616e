/** The same without what may be missing; for views whose optional parts are the subject. */
export function without<T extends object, K extends keyof T>(whole: T, ...left: readonly K[]): Omit<T, K> {
  const rest: T = { ...whole };
  for (const key of left) Reflect.deleteProperty(rest, key);
  return rest;
}
