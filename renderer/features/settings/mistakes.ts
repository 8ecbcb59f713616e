/** What must be mended, and in which field; `hosts.rules.2.port` and the like for the tables. */
export interface Mistake {
  readonly place: string;
  readonly message: string;
}

/**
 * Takes the engine's words apart, so that each mistake can stand at its field: one line each,
 * `FILE:LINE:COLUMN: NAME.OF.VALUE: what is wrong`.
 */
export function mistakesIn(message: string): readonly Mistake[] {
  return message.split('\n').flatMap((line) => {
    const found =
      /^.*?:\d+:\d+: ([^\s:]+): (.+)$/.exec(line) ?? /^([a-z]\w*(?:\.[^\s:]+)*): (.+)$/i.exec(line);
    const [, place, words] = found ?? [];
    return place === undefined || words === undefined ? [] : [{ place, message: words }];
  });
}
