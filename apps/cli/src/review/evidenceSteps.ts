// The archive for an auditor: made, and checked.
import type { CheckedEvidence } from "@rollcall/review"
import { checkEvidence, makeEvidence, openCampaign } from "@rollcall/review"
import { Effect } from "effect"
import type { StepContext, Text, UnpackingContext } from "./stepContext.ts"
import { afterSignOffWords, auditOf, needed, tell, readingOf, plural, headOf, shellWord } from "./stepContext.ts"

/** `review evidence` */
export const evidence = Effect.fnUntraced(function* (
  own: {
    readonly campaign: string
    readonly out: Text
    readonly key: Text
    readonly verifiedIn: ReadonlyArray<string>
    readonly force: boolean
  },
  context: StepContext<"file" | "audit-file">,
) {
  const output = yield* needed(own.out, "--out", "evidence.zip")
  const { campaign, force, key, verifiedIn } = own
  const audit = yield* auditOf(context, yield* openCampaign(campaign))
  const made = yield* makeEvidence({
    campaign,
    output,
    force,
    keyFile: key,
    verifiedIn,
    audit: audit.found?.lines,
  })
  yield* tell(context, made, [
    `${output}: ${plural(made.manifest.files.length, "file")}, ${made.signed ? "signed" : "not signed"}.`,
    audit.found === undefined
      ? `There is no audit log ${audit.path}, so it has no audit lines of the removals. --audit-file names another one.`
      : `${plural(audit.found.lines.length, "line")} of the audit log ${audit.path} ${audit.found.lines.length === 1 ? "is" : "are"} about the removals.`,
    `The head of the log is ${made.manifest.log.head}.`,
    `Next: \`rollcall review check ${shellWord(output)}${made.signed ? " --public-key FILE" : ""}\``,
  ])
})

/** Whether what verifications found rests on the log alone. */
const verifiedWords = ({ all, computedAgain }: CheckedEvidence["verifications"]): ReadonlyArray<string> => {
  if (all === 0) return []
  const rest = "What the others found is what the log says: their files were not packed (`evidence --verified-in`)."
  return [
    `${computedAgain} of ${plural(all, "verification")} computed again.${all === computedAgain ? "" : ` ${rest}`}`,
  ]
}

/** `review check` */
export const check = Effect.fnUntraced(function* (
  own: { readonly archive: string; readonly publicKey: Text },
  context: UnpackingContext,
) {
  const found = yield* checkEvidence(own.archive, own.publicKey, yield* readingOf(context))
  const { log, files } = found.manifest
  return yield* tell(context, found, [
    headOf(found.status),
    ...afterSignOffWords(found.status),
    `${plural(files.length, "file")}, ${plural(log.lines, "line")} of log: all fit, and all figures add up.`,
    ...found.signatures.map(
      ({ who, what, key }) => `${who} signed ${what} with the key ${key}; ask them whether it is theirs.`,
    ),
    ...verifiedWords(found.verifications),
    found.auditLines === undefined
      ? "It has no lines of an audit log, so nothing in it shows how the removals were made."
      : `${plural(found.auditLines, "line")} of the audit log about the removals.`,
    ...(found.signed
      ? ["It was signed with the key that you gave."]
      : [
          "It is consistent in itself; this does not prove who made it. Give --public-key, or compare the head of the log.",
          found.hasSignature ? "It has a signature, which was not checked without a key." : "It is not signed.",
        ]),
    `The head of the log is ${log.head}.`,
  ])
})
