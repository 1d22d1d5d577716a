#!/usr/bin/env bash
# scim2-filter 0.2.0: a filter with `and` or `or` finds nobody, and `ge` and `le` are exchanged.
#
# Seen with scim2-filter 0.2.0 on Node 26.10.0, 2026-11-29.
#
# Both conditions hold for this person, each alone and by RFC 7644, section 3.4.2.2, also together. The parser's tree is right.
# The tester hands the parts of an `and` or `or` the filter itself where it should hand them the person, so that a
# condition that names an attribute fails, unless the filter happens to have one of that name. `ge` finds what is smaller or equal.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix "$folder" scim2-filter@0.2.0
cat > run.mjs <<'JS'
import { filter, parse } from "scim2-filter"
const person = { userName: "ada", active: true, level: 3 }
for (const text of [
  'userName eq "ada"',
  "active eq true",
  'userName eq "ada" and active eq true',
  'userName eq "ada" or active eq true',
  "level ge 2",
  "level le 2",
]) console.log(`${text}: ${filter(parse(text))(person)}`)
JS
diff - <(node run.mjs) <<'SEEN' && echo "As seen."
userName eq "ada": true
active eq true: true
userName eq "ada" and active eq true: false
userName eq "ada" or active eq true: false
level ge 2: false
level le 2: true
SEEN
