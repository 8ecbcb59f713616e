/** Words for figures and names, the same in the page as on the command line. */
export { cutMiddle, printable } from '../domain/naming.ts';
export { pace, secondsLeft, type Count, type Pace } from '../domain/throughput.ts';
export { formatBytes, formatRate, formatSeconds } from '../domain/units.ts';
