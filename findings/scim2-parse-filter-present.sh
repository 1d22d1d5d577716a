#!/usr/bin/env bash
# scim2-parse-filter 0.2.10: `pr` holds for an empty text, and `eq` compares a user name with its case.
#
# Seen with scim2-parse-filter 0.2.10 on Node 26.10.0, 2026-11-29.
#
# RFC 7644, section 3.4.2.2, has `pr` match where the attribute has a value that is neither empty nor null. Here a user with
# an empty `title` matches `title pr`, so for a server that writes "" for "none" everybody does. By RFC 7643, section 4.1.1,
# `userName` is case insensitive; here `userName eq "ADA"` does not find ada.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix "$folder" scim2-parse-filter@0.2.10
cat > run.mjs <<'JS'
import { filter, parse } from "scim2-parse-filter"
const ada = { userName: "ada", title: "" }
for (const text of ["title pr", "nickName pr", 'userName eq "ada"', 'userName eq "ADA"']) {
  console.log(`${text}: ${filter(parse(text))(ada)}`)
}
JS
diff - <(node run.mjs) <<'SEEN' && echo "As seen."
title pr: true
nickName pr: false
userName eq "ada": true
userName eq "ADA": false
SEEN
