/** No call has half as many; the settings of ten thousand hosts still pass. */
const MOST_VALUES = 100_000;
/** No call is half as deep. What holds itself, as a message between processes may, has no bottom at all. */
const MOST_DEPTH = 32;

/**
 * Whether an input may be looked at closely: texts, numbers, lists and plain objects, and not too many of them, for each
 * thing wrong with it would become an object of its own. Between processes maps and buffers travel, too; no call has any.
 */
export function isReasonable(input: unknown): boolean {
  let values = 0;
  const look = (value: unknown, depth: number): boolean => {
    values += 1;
    if (values > MOST_VALUES || depth > MOST_DEPTH) return false;
    if (typeof value !== 'object' || value === null) return true;
    if (!Array.isArray(value) && Object.prototype.toString.call(value) !== '[object Object]') return false;
    for (const part of Object.values(value)) if (!look(part, depth + 1)) return false;
    return true;
  };
  return look(input, 0);
}
