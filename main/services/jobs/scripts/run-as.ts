/**
 * Shell function `run_as USER ARGV…`: runs a program as another user, with that user's home, in the same session and
 * with the same descriptors open.
 *
 * setpriv and runuser are tried before use: both are missing or older on some hosts, and sudo closes descriptors.
 */
export const RUN_AS_FUNCTION = `
run_as() {
  user=$1
  shift
  if [ "$user" = root ]; then "$@"; return; fi
  uid=$(id -u "$user") gid=$(id -g "$user") groups=$(id -G "$user" | tr ' ' ',')
  HOME=$(getent passwd "$user" | cut -d: -f6) USER=$user LOGNAME=$user
  export HOME USER LOGNAME
  if setpriv --reuid="$uid" --regid="$gid" --groups="$groups" -- true 2>/dev/null; then
    setpriv --reuid="$uid" --regid="$gid" --groups="$groups" -- "$@"
  elif runuser -u "$user" -- true 2>/dev/null; then
    runuser -u "$user" -- "$@"
  else
    sudo -n -u "$user" -- "$@"
  fi
}
`;
