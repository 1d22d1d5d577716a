#!/usr/bin/env bash
# scim-patch 0.8.3: a path in other letters adds a second attribute, and a replaced detail of nobody adds a member.
#
# Seen with scim-patch 0.8.3 on Node 26.10.0, 2026-11-29.
#
# RFC 7643, section 2.1, makes attribute names case-insensitive; the library does so in a filter, and not in a path: the group
# has `displayName` and `displayname` afterwards, with different names. RFC 7644, section 3.5.2.3, wants a `replace` whose filter
# finds nothing to fail with 400 and `noTarget`; here it succeeds and the group has a member more.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix "$folder" scim-patch@0.8.3
cat > run.mjs <<'JS'
import { scimPatch } from "scim-patch"
const patched = (operation) => {
  const group = {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
    displayName: "Crew",
    members: [{ value: "U1" }],
    meta: { resourceType: "Group" },
  }
  const { displayName, displayname, members = [] } = scimPatch(group, [operation])
  return JSON.stringify({ displayName, displayname, members })
}
console.log("filter:", patched({ op: "remove", path: 'members[VALUE eq "U1"]' }))
console.log("path:", patched({ op: "replace", path: "displayname", value: "Staff" }))
console.log("nobody:", patched({ op: "replace", path: 'members[value eq "U9"].display', value: "Eve" }))
JS
diff - <(node run.mjs) <<'SEEN' && echo "As seen."
filter: {"displayName":"Crew","members":[]}
path: {"displayName":"Crew","displayname":"Staff","members":[{"value":"U1"}]}
nobody: {"displayName":"Crew","members":[{"value":"U1"},{"value":"U9","display":"Eve"}]}
SEEN
