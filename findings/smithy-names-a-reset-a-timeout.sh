#!/usr/bin/env bash
# @smithy/node-http-handler 4.14.2, which sends the calls of AWS's clients, names a connection that the other side resets a TimeoutError.
#
# Seen with @smithy/node-http-handler 4.14.2 (npm) on Node 20.20.2, 2026-11-30.
#
# Nothing had waited: the server resets at once, and the time allowed is a minute. Only `code` still says ECONNRESET. So a program that
# tells people how long storage was silent, or that waits longer after a timeout than after a reset, has to look at `code` first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --no-save @smithy/node-http-handler@4.14.2
cat > run.mjs <<'JS'
import { NodeHttpHandler } from "@smithy/node-http-handler"
import { createServer } from "node:net"

const server = createServer((socket) => socket.once("data", () => socket.resetAndDestroy())).listen(0, "127.0.0.1")
await new Promise((listening) => server.once("listening", listening))
const request = {
  protocol: "http:", method: "GET", hostname: "127.0.0.1", port: server.address().port, path: "/", query: {}, headers: {},
}
const error = await new NodeHttpHandler({ requestTimeout: 60_000 }).handle(request).catch((failure) => failure)
console.log(error.name, error.code)
server.close()
JS
diff - <(node run.mjs) <<'SEEN' && echo "As seen."
TimeoutError ECONNRESET
SEEN
