// The archive for an auditor: made, and checked.
import { checkEvidence, makeEvidence } from "@rollcall/review"
import { Effect } from "effect"
import { existsSync } from "node:fs"
import { UsageError } from "../errors.ts"
import type { StepContext, Text } from "./stepContext.ts"
import { auditOf, needed, tell, readingOf, plural, headOf } from "./stepContext.ts"

/** `review evidence` */
export const evidence = Effect.fnUntraced(function* (
  own: {
    readonly campaign: string
    readonly out: Text
    readonly key: Text
    readonly force: boolean
  },
  context: StepContext,
) {
  const output = yield* needed(own.out, "--out", "evidence.zip")
  const { campaign, force, key } = own
  const audit = auditOf(context)
  const made = yield* makeEvidence({
    campaign,
    output,
    force,
    keyFile: key,
    auditFile: audit.isThere ? audit.path : undefined,
  })
  yield* tell(context, made, [
    `${output}: ${plural(made.manifest.files.length, "file")}, ${made.signed ? "signed" : "not signed"}.`,
    ...(audit.isThere ? [] : [`There is no audit log ${audit.path}, so it has no audit lines of the removals.`]),
    `The head of the log is ${made.manifest.log.head}.`,
  ])
})

/** `review check` */
export const check = Effect.fnUntraced(function* (
  own: { readonly archive: string; readonly publicKey: Text },
  context: StepContext,
) {
  if (!existsSync(own.archive)) {
    return yield* new UsageError({ message: `${own.archive} does not exist.`, hint: "Name an archive of evidence." })
  }
  const found = yield* checkEvidence(own.archive, own.publicKey, yield* readingOf(context))
  const { log, files } = found.manifest
  return yield* tell(context, found, [
    headOf(found.status),
    `${plural(files.length, "file")}, ${plural(log.lines, "line")} of log: all fit, and all figures add up.`,
    ...found.signatures.map(
      ({ who, what, key }) => `${who} signed ${what} with the key ${key}; ask them whether it is theirs.`,
    ),
    found.signed
      ? "It was signed with the key that you gave."
      : "It is consistent in itself; this does not prove who made it. Give --public-key, or compare the head of the log.",
    `The head of the log is ${log.head}.`,
  ])
})
