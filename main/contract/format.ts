/** Pure helpers of the domain that a page needs as well: words for figures and names, and what a phase means. */
export { isOver } from '../domain/migration.ts';
export { cutMiddle, printable, sentence } from '../domain/naming.ts';
export { pace, secondsLeft, type Count, type Pace } from '../domain/throughput.ts';
export { formatBytes, formatRate, formatSeconds } from '../domain/units.ts';
