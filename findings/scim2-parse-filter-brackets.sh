#!/usr/bin/env bash
# scim2-parse-filter 0.2.10: conditions in brackets are met by different values of one attribute.
#
# Seen with scim2-parse-filter 0.2.10 on Node 26.10.0, 2026-11-29.
#
# RFC 7644, section 3.4.2.2, says of `emails[type eq "work" and value co "home"]` that the conditions in brackets have to hold for
# the same value. This person's address of work has no "home" in it. The library answers as if the brackets were not there,
# which is what the form without brackets may do.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix "$folder" scim2-parse-filter@0.2.10
cat > run.mjs <<'JS'
import { filter, parse } from "scim2-parse-filter"
const person = {
  emails: [
    { type: "work", value: "ada@work.example" },
    { type: "private", value: "ada@home.example" },
  ],
}
for (const text of [
  'emails[type eq "work" and value co "home"]',
  'emails[type eq "work" and value co "work"]',
  'emails[type eq "other" and value co "home"]',
]) console.log(`${text}: ${filter(parse(text))(person)}`)
JS
diff - <(node run.mjs) <<'SEEN' && echo "As seen."
emails[type eq "work" and value co "home"]: true
emails[type eq "work" and value co "work"]: true
emails[type eq "other" and value co "home"]: false
SEEN
