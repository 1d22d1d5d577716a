#!/usr/bin/env bash
# scimmy 1.3.5: a PATCH that adds a member who is in the group already stores that member twice.
#
# Seen with scimmy 1.3.5 on Node 26.10.0, 2026-11-29.
#
# RFC 7644, section 3.5.2.1, wants an `add` of a value that is there already to change nothing and to succeed.
# scimmy appends, so the group has two equal members afterwards, and whoever counts entries counts one person too many.
# `remove` with a filtered path takes both away.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix "$folder" scimmy@1.3.5
cat > run.mjs <<'JS'
import SCIMMY from "scimmy"
const patched = async (group, operation) => {
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]
  return new SCIMMY.Messages.PatchOp({ schemas, Operations: [operation] }).apply(group, async (written) => written)
}
const group = new SCIMMY.Schemas.Group({ id: "G1", displayName: "Crew", members: [{ value: "U1" }, { value: "U2" }] })
const added = await patched(group, { op: "add", path: "members", value: [{ value: "U1" }] })
console.log("after add:", added.members.map(({ value }) => value).join(" "))
const removed = await patched(added, { op: "remove", path: 'members[value eq "U1"]' })
console.log("after remove:", removed.members.map(({ value }) => value).join(" "))
JS
diff - <(node run.mjs) <<'SEEN' && echo "As seen."
after add: U1 U2 U1
after remove: U2
SEEN
