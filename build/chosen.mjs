import { parseArgs } from 'node:util';

/**
 * What `--only NAME,…` leaves of these names, in the order asked for; all without it. `--help` and a wrong word end the
 * process, with 0 and 2.
 *
 * @param {readonly string[]} names
 * @param {string} what - what one of them is, for the message about a wrong one
 * @param {string} help
 * @returns {readonly string[]}
 */
export function chosen(names, what, help) {
  try {
    const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } });
    if (values.help === true) {
      console.log(help);
      process.exit(0);
    }
    const only = values.only?.split(',') ?? names;
    const unknown = only.filter((name) => !names.includes(name));
    if (unknown.length > 0) throw new Error(`there is no ${what} ${unknown.join(', ')}`);
    return only;
  } catch (error) {
    console.error(`${error.message}\n\n${help}`);
    process.exit(2);
  }
}
