# What can be turned while the cloud is up; remembered.

declare -A KNOBS=([transport]=rsync [token-life]=3600 [confirm-window]=0 [service-tokens]=yes [image-cache-pass]=2400
  [cow-images]=yes)

load_knobs() {
  local name value
  [ -e "$ROOT/knobs" ] || return 0
  while read -r name value; do KNOBS[$name]=$value; done <"$ROOT/knobs"
}

# set_knob transport rsync|ssh | token-life SECONDS | confirm-window SECONDS | service-tokens yes|no |
#   image-cache-pass SECONDS | cow-images yes|no
set_knob() {
  [ -n "${KNOBS[$1]:-}" ] || fail "there is no knob $1, but ${!KNOBS[*]}"
  [ "${KNOBS[$1]}" != "$2" ] || return 0
  KNOBS[$1]=$2
  save_knobs
  case $1 in
    token-life)
      write_keystone_config
      service_stop controller keystone
      start_control_service keystone
      await 600 keystone listens 5000 ;;
    *)
      local host since
      for host in $HOSTS; do write_host_config "$host"; service_stop "$host" nova-compute; done
      since=$(database_now)
      for host in $HOSTS; do start_host_service "$host" nova-compute; done
      for host in $HOSTS; do await 600 "nova-compute of $host" reports_since "$host" "$since"; done ;;
  esac
}

save_knobs() {
  local name
  for name in "${!KNOBS[@]}"; do echo "$name ${KNOBS[$name]}"; done >"$ROOT/knobs"
}
