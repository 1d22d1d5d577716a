#!/usr/bin/env bash
# Effect 4.1.0: Cron.next leaves the repeated hour out when clocks go back.
#
# Seen with effect 4.1.0 on Node 26.10.0, 2026-11-29.
#
# On 2026-10-25 Berlin shows 02:00 to 02:59 twice, from 00:00Z and again from 01:00Z. A schedule of every half hour runs at
# 00:30Z and then at 02:00Z: an hour and a half without a run. Asked in the middle of the repeated hour (01:10Z) for the
# next run, it names 02:00Z, though the clock in Berlin says 02:10 and shows 02:30 next. What decides it is
# the option `onDstOverlap`, new in 4.1.0, whose documented default is "earlier"; with "both" the runs at 01:00Z and 01:30Z
# are there.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix "$folder" effect@4.1.0
cat > run.mjs <<'JS'
import { Cron } from "effect"
const runs = (from, options) => {
  const cron = Cron.parseUnsafe("*/30 * * * *", "Europe/Berlin", options)
  const times = []
  for (let at = new Date(from); times.length < 3; times.push(at.toISOString().slice(11, 16))) at = Cron.next(cron, at)
  return times.join(" ")
}
console.log("default, from 00:00Z:", runs("2026-10-25T00:00:00Z"))
console.log("default, from 01:10Z:", runs("2026-10-25T01:10:00Z"))
console.log("both, from 00:00Z:", runs("2026-10-25T00:00:00Z", { onDstOverlap: "both" }))
JS
diff - <(node run.mjs) <<'SEEN' && echo "As seen."
default, from 00:00Z: 00:30 02:00 02:30
default, from 01:10Z: 02:00 02:30 03:00
both, from 00:00Z: 00:30 01:00 01:30
SEEN
