// One thing to decide: a direct grant, with what a reviewer needs to know about it. Items are frozen when the campaign starts.
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs"
import { createHash } from "node:crypto"
import { endText } from "@rollcall/access"
import { Effect, Schema } from "effect"
import type { KeptFile } from "./CampaignEvent.ts"
import { Decision } from "./CampaignEvent.ts"
import { onDisk, refuse, type ReviewError } from "./ReviewError.ts"

/** An item of a campaign. What is not known is null. */
export const Item = Schema.Struct({
  /** From 1, in the order of the file. */
  item: Schema.Int,
  grant: Schema.String,
  entitlement: Schema.Struct({ id: Schema.String, name: Schema.String }),
  resource: Schema.Struct({ type: Schema.String, typeName: Schema.String, id: Schema.String, name: Schema.String }),
  account: Schema.Struct({
    type: Schema.String,
    id: Schema.String,
    name: Schema.String,
    emails: Schema.Array(Schema.String),
    status: Schema.NullOr(Schema.String),
    kind: Schema.NullOr(Schema.String),
    kindNote: Schema.NullOr(Schema.String),
    /** All that it is, as people read it; absent where that is not known, and in campaigns of earlier versions. */
    kindText: Schema.optionalKey(Schema.String),
    mfa: Schema.NullOr(Schema.Boolean),
    /** Whether it holds anything privileged. */
    privileged: Schema.Boolean,
  }),
  /** Whether the grant itself is. */
  privileged: Schema.Boolean,
  /** When it ends by itself, as was known at the start; absent where nothing was, and in campaigns of earlier versions. */
  ends: Schema.optionalKey(
    Schema.Struct({
      /** RFC 3339. */
      endsAt: Schema.String,
      by: Schema.NullOr(Schema.String),
      reason: Schema.NullOr(Schema.String),
      isOfC1: Schema.Boolean,
    }),
  ),
  /** Whether the connector says that it cannot be taken away through it. */
  immutable: Schema.Boolean,
  /** What the grant lets the account hold besides, by name. */
  leadsTo: Schema.Array(Schema.String),
  /** The scope that made it an item. */
  scope: Schema.String,
  reviewer: Schema.String,
  /** The date of the first sync of the archive that shows it, and since which all do. */
  firstSeen: Schema.NullOr(Schema.String),
  /** Whether the campaign before did not have it; null where there was none. */
  isNew: Schema.NullOr(Schema.Boolean),
  /** What was decided then. */
  decidedThen: Schema.NullOr(Decision),
})
export type Item = typeof Item.Type

/** When an item ends, as people read it; empty where nothing is known of an end. */
export const endOfItem = ({ ends }: Item): string =>
  ends === undefined ? "" : endText({ ...ends, by: ends.by ?? undefined, reason: ends.reason ?? undefined })

const encodeItem = Schema.encodeSync(Schema.fromJsonString(Item))
const decodeItem = Schema.decodeUnknownResult(Schema.fromJsonString(Item))

/** A file of items that is being written, for this user alone. */
export interface ItemWriter {
  readonly write: (item: Item) => Effect.Effect<void, ReviewError>
  readonly end: Effect.Effect<KeptFile, ReviewError>
}

/** Text that is written at once. */
const piece = 256 * 1024

/** Opens it for the scope; `name` is what the log calls it. */
export const writeItems = Effect.fnUntraced(function* (path: string, name: string) {
  const file = yield* Effect.acquireRelease(
    onDisk(path, () => openSync(path, "w", 0o600)),
    (opened) => Effect.sync(() => closeSync(opened)),
  )
  const hash = createHash("sha256")
  let open = ""
  let bytes = 0
  const flush = (): void => {
    const some = Buffer.from(open)
    for (let at = 0; at < some.length;) at += writeSync(file, some, at)
    hash.update(some)
    bytes += some.length
    open = ""
  }
  const writer: ItemWriter = {
    write: (item) =>
      onDisk(path, () => {
        open += `${encodeItem(item)}\n`
        if (open.length > piece) flush()
      }),
    end: onDisk(path, () => {
      flush()
      fsyncSync(file)
      return { name, sha256: hash.digest("hex"), bytes }
    }),
  }
  return writer
})

const newLine = 0x0a

/** Reads the items back, and refuses a file that is not the one that was frozen. */
export const readItems = Effect.fnUntraced(function* (
  path: string,
  frozen: KeptFile,
): Effect.fn.Return<ReadonlyArray<Item>, ReviewError> {
  const bytes = yield* onDisk(path, () => readFileSync(path))
  if (createHash("sha256").update(bytes).digest("hex") !== frozen.sha256) return yield* altered(path)
  const items: Array<Item> = []
  // Line by line, as all of them can be longer than a text may be.
  for (let from = 0, end = bytes.indexOf(newLine); end >= 0; from = end + 1, end = bytes.indexOf(newLine, from)) {
    const decoded = decodeItem(bytes.toString("utf8", from, end))
    if (decoded._tag === "Failure") return yield* altered(path)
    items.push(decoded.success)
  }
  return items
})

const altered = (path: string) =>
  refuse("Unusable", `${path} is not what the campaign froze.`, "Restore the folder of the campaign from a copy.")
