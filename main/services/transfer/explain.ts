import { Failure } from '../../domain/failure.ts';
import { lastWords } from '../jobs/run-script.ts';

interface Reason {
  readonly why: string;
  readonly hint: string;
  /** True if the same act may succeed later with nothing changed by hand. */
  readonly passing: boolean;
}

/** What programs say, and what it means; the first that fits. Texts of libc, OpenSSH and rsync. */
const SAID: readonly (readonly [RegExp, Reason])[] = [
  [
    /No space left on device|Disk quota exceeded/,
    {
      why: 'the file system is full',
      hint: 'Free some room there, then start again: what is there is used.',
      passing: false,
    },
  ],
  [
    /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/,
    {
      why: 'the source does not know the host key of the destination',
      hint: 'Add the key to the known_hosts of that user on the source, after you have compared it. Nova needs the same.',
      passing: false,
    },
  ],
  [
    /Permission denied \([a-z]/,
    {
      why: 'the destination refused the SSH key of the source',
      hint: 'Add the public key of that user on the source to its authorized_keys at the destination. Nova needs the same.',
      passing: false,
    },
  ],
  [
    /Permission denied|Operation not permitted|Read-only file system/,
    {
      why: 'a file may not be read or written',
      hint: 'Look at owner and mode of the files on both hosts.',
      passing: false,
    },
  ],
  [
    /Unknown cipher type|no matching cipher/i,
    {
      why: 'the hosts have no cipher in common',
      hint: 'Look at Ciphers in the SSH settings of both hosts.',
      passing: false,
    },
  ],
  [
    /Input\/output error/,
    {
      why: 'a disk cannot be read or written',
      hint: 'Look at dmesg and SMART on both hosts; do not try again and again.',
      passing: false,
    },
  ],
  [
    /Connection (refused|timed out|reset|closed)|No route to host|Network is unreachable|Broken pipe|Could not resolve/i,
    {
      why: 'the link between the hosts is cut',
      hint: 'Look at the network between the hosts; the copy goes on where it was.',
      passing: true,
    },
  ],
];

const AGAIN = 'Start again: the copy goes on where it was.';

/** Exit values of rsync (rsync(1), EXIT VALUES); 255 is ssh's, 127 the shell's. */
const CODES: Readonly<Record<number, Reason>> = {
  1: {
    why: 'rsync did not understand its options',
    hint: 'Look at the versions of rsync on both hosts.',
    passing: false,
  },
  2: { why: 'the two versions of rsync do not fit', hint: 'Update the older one.', passing: false },
  3: { why: 'a file or directory is not there', hint: 'Look whether both paths are there.', passing: false },
  10: { why: 'the connection broke', hint: AGAIN, passing: true },
  11: {
    why: 'a file could not be read or written',
    hint: 'Look at room and health of both file systems.',
    passing: false,
  },
  12: { why: 'the other side stopped in the middle', hint: AGAIN, passing: true },
  20: { why: 'somebody stopped it', hint: AGAIN, passing: false },
  22: { why: 'there was not enough memory', hint: AGAIN, passing: true },
  23: { why: 'a part was not transferred', hint: 'Read what rsync said.', passing: false },
  24: { why: 'the source file vanished', hint: 'Look who removed it.', passing: false },
  30: { why: 'nothing came over the line for too long', hint: AGAIN, passing: true },
  127: { why: 'a program is not installed', hint: 'Install it on the host that says so.', passing: false },
  137: { why: 'it was killed', hint: AGAIN, passing: true },
  143: { why: 'somebody stopped it', hint: AGAIN, passing: false },
  255: {
    why: 'ssh did not reach the destination',
    hint: 'Try the same ssh by hand on the source, as that user.',
    passing: true,
  },
};

/**
 * A job that ended badly, in words, with the program's own last ones.
 *
 * @param what - What it was, for the message: `The copy of disk from a to b`.
 */
export function explainJob(what: string, code: number, stderr: string): Failure {
  const said = lastWords(stderr);
  const reason = SAID.find(([text]) => text.test(stderr))?.[1] ?? CODES[code];
  const why = reason === undefined ? '' : `: ${reason.why}`;
  const quote = said === '' ? '' : ` It said: ${said}`;
  return new Failure('job.failed', `${what} failed with status ${code.toString()}${why}.${quote}`, {
    hint: reason?.hint ?? 'Read what it said; start again when that is mended.',
    passing: reason?.passing ?? false,
  });
}
