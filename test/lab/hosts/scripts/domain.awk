# Reads libvirt domain XML, of one or many files, and prints what the stand-in virsh needs of it, tab separated:
#
#   domain UUID NAME MEMORY_KIB VCPUS FILE
#   disk DEVICE FORMAT TARGET READONLY PATH      (in the order of the document)
#   log APPEND PATH
#
# A record is one tag and the text after it. Metadata, and the backing chain that libvirt may add, are passed over.

BEGIN { RS = "<"; OFS = "\t" }

function attribute(name,    start, quote, rest) {
  start = match($0, "[ \t\n]" name "=[\"']")
  if (start == 0) return ""
  rest = substr($0, start + RLENGTH - 1)
  quote = substr(rest, 1, 1)
  rest = substr(rest, 2)
  return plain(substr(rest, 1, index(rest, quote) - 1))
}

function content(    text) {
  text = substr($0, index($0, ">") + 1)
  gsub(/^[ \t\n]+|[ \t\n]+$/, "", text)
  return plain(text)
}

function plain(text) {
  gsub(/&lt;/, "<", text)
  gsub(/&gt;/, ">", text)
  gsub(/&quot;/, "\"", text)
  gsub(/&apos;/, "'", text)
  gsub(/&amp;/, "\\&", text)
  return text
}

function kib(amount, unit) {
  if (unit == "MiB" || unit == "M") return amount * 1024
  if (unit == "GiB" || unit == "G") return amount * 1024 * 1024
  if (unit == "b" || unit == "bytes") return int(amount / 1024)
  return amount
}

function flush_domain() {
  if (uuid != "") print "domain", uuid, name, memory == "" ? 0 : memory, vcpus == "" ? 1 : vcpus, file
}

FILENAME != file { flush_domain(); file = FILENAME; uuid = name = memory = vcpus = ""; skipping = "" }

{
  tag = $0
  sub(/[ \t\n>].*/, "", tag)
  sub(/\/$/, "", tag)
  if (tag == "") tag = $0
  empty = match($0, /\/>/) != 0
}

skipping != "" { if ($0 ~ "^/" skipping ">") skipping = ""; next }
(tag == "metadata" || tag == "backingStore" || tag == "mirror") && !empty { skipping = tag; next }

tag == "uuid" && uuid == "" { uuid = content() }
tag == "name" && name == "" { name = content() }
tag == "memory" && memory == "" { memory = kib(content(), attribute("unit")) }
tag == "vcpu" && vcpus == "" { vcpus = content() }

tag == "disk" { in_disk = 1; path = target = ""; format = "raw"; readonly = "no"
  device = attribute("device"); if (device == "") device = "disk"
  if (device == "cdrom") readonly = "yes" }
in_disk && tag == "driver" && attribute("type") != "" { format = attribute("type") }
in_disk && tag == "source" { path = attribute("file"); if (path == "") path = attribute("dev") }
in_disk && tag == "target" { target = attribute("dev") }
in_disk && tag == "readonly" { readonly = "yes" }
$0 ~ /^\/disk>/ { in_disk = 0; if (path != "") print "disk", device, format, target, readonly, path }

(tag == "serial" || tag == "console") && attribute("type") == "file" { in_file = 1 }
in_file && tag == "source" && !in_disk { print "log", attribute("append") == "on" ? "on" : "off", attribute("path") }
$0 ~ /^\/(serial|console)>/ { in_file = 0 }
tag == "log" { print "log", attribute("append") == "on" ? "on" : "off", attribute("file") }

END { flush_domain() }
