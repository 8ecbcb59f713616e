# Part of the stand-in virsh: what it shows, in virsh's own layout. Uses its find_domain and the like.
# shellcheck shell=sh

# Rows of tab separated cells as virsh draws them: three blanks between columns, a rule under the heading.
table() {
  awk -F "$tab" '
    { for (i = 1; i <= NF; i++) { cell[NR, i] = $i; if (length($i) > width[i]) width[i] = length($i) } columns = NF }
    END {
      for (row = 1; row <= NR; row++) {
        line = " "
        for (i = 1; i < columns; i++) line = line sprintf("%-" (width[i] + 3) "s", cell[row, i])
        print line cell[row, columns]
        if (row > 1) continue
        total = 3 + width[columns]
        for (i = 1; i < columns; i++) total += width[i] + 3
        rule = ""
        while (length(rule) < total) rule = rule "-"
        print rule
      }
      print ""
    }'
}

list() {
  wanted=running shown=table
  for option; do
    case $option in
      --all) wanted=all ;;
      --inactive) wanted='shut off' ;;
      --name) shown=name ;;
      --uuid) shown=uuid ;;
      --table) shown=table ;;
      *) echo "error: command 'list' doesn't support option $option" >&2; exit 1 ;;
    esac
  done
  all_domains | while IFS=$tab read -r uuid name _; do
    state=$(state_of "$uuid")
    [ "$wanted" = all ] || [ "$wanted" = "$state" ] || continue
    case $shown in
      name) echo "$name" ;;
      uuid) echo "$uuid" ;;
      table) printf '%s\t%s\t%s\n' "$(cat "$guests/$uuid.id" 2>/dev/null || echo -)" "$name" "$state" ;;
    esac
  done | case $shown in
    table) { printf 'Id\tName\tState\n'; cat; } | table ;;
    *) cat; echo ;;
  esac
}

list_disks() {
  find_domain "$1"
  shown=$(live_or_defined)
  case ${2-} in *--inactive*) shown=${definition:-$shown} ;; esac
  case ${2-} in *--details*) details=yes ;; *) details=no ;; esac
  if [ $details = yes ]; then
    heading='Type\tDevice\tTarget\tSource\n'
  else
    heading='Target\tSource\n'
  fi
  {
    # shellcheck disable=SC2059 # our own words, one of two
    printf "$heading"
    disks_of "$shown" | awk -F "$tab" -v OFS="$tab" -v details=$details \
      '{ if (details == "yes") print "file", $2, $4, $6; else print $4, $6 }'
  } | table
}

information() {
  find_domain "$1"
  id=$(cat "$guests/$uuid.id" 2>/dev/null || echo -)
  state=$(state_of "$uuid")
  IFS=$tab read -r _ _ _ memory vcpus _ <<EOT
$(read_domains "$(live_or_defined)" | awk -F "$tab" '$1 == "domain"')
EOT
  persistent=no
  [ -z "$definition" ] || persistent=yes
  printf '%-15s %s\n' Id: "$id" Name: "$name" UUID: "$uuid" 'OS Type:' hvm State: "$state" 'CPU(s):' "$vcpus" \
    'Max memory:' "$memory KiB" 'Used memory:' "$memory KiB" Persistent: "$persistent" Autostart: disable \
    'Managed save:' no 'Security model:' dac 'Security DOI:' 0
  echo
}

# The document as it is: the running one, unless the definition is asked for.
show_xml() {
  path=
  inactive=no
  for option; do
    case $option in
      --inactive) inactive=yes ;;
      --*) ;;
      *) find_domain "$option"; path=$(live_or_defined) ;;
    esac
  done
  [ -n "$path" ] || fail "command 'dumpxml' requires <domain> option"
  if [ "$inactive" = yes ] && [ -n "$definition" ]; then path=$definition; fi
  cat "$path"
  echo
}
