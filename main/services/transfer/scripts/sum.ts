import { NOWHERE, RSYNC_DIGEST_OPTIONS } from '../../../domain/digest.ts';

/**
 * Shell functions for digests.
 *
 * `need_sum ALGORITHM` ends the script if the host cannot make it. `sum_of ALGORITHM PATH READER…` says the digest of what
 * READER, a command that reads PATH from its beginning to its end and writes it to its output, has read; 11 if it could
 * not read all.
 *
 * rsync reads for itself, beside READER: it takes an unreadable place for zeros and says nothing (file_checksum of its
 * checksum.c), so its word counts only if somebody else could read the whole file. The second of the two finds it in
 * memory.
 */
export const SUM_FUNCTIONS = `
need_sum() {
  case $1 in
    xxh128)
      case " $(rsync --version 2>/dev/null | sed -n '/^Checksum list/{n;p;}') " in
        *' xxh128 '*) ;;
        *) echo "rsync is not installed or has no xxh128" >&2; exit 127 ;;
      esac ;;
    *) command -v "$1" >/dev/null || { echo "$1 is not installed" >&2; exit 127; } ;;
  esac
}
sum_of() {
  sum_algorithm=$1 sum_path=$2
  shift 2
  if [ "$sum_algorithm" = xxh128 ]; then
    rsync ${RSYNC_DIGEST_OPTIONS.join(' ')} -- "$sum_path" ${NOWHERE} &
    sum_process=$!
    if ! ("$@") >/dev/null; then
      kill "$sum_process" 2>/dev/null
      wait "$sum_process"
      return 11
    fi
    wait "$sum_process" || return 11
  else
    {
      read_status=$(
        {
          { "$@"; echo $? >&3; } | "$sum_algorithm" >&4
        } 3>&1
      ) || return 11
    } 4>&1
    [ "$read_status" = 0 ] || return 11
  fi
}
`;
