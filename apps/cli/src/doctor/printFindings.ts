// Findings for people, what to do under each that needs it; and for programs.
import { hideTokens } from "@rollcall/api-client"
import { Effect, Stream } from "effect"
import type { Finding } from "@rollcall/connector-module"
import { escapeControls } from "@rollcall/access/render"
import type { Listing } from "@rollcall/access/render"
import { printLines, printListing } from "../render/printListing.ts"
import type { OutputFormat } from "../render/printListing.ts"

const marks: Readonly<Record<Finding["state"], string>> = { ok: "✓", note: "i", missing: "-", failed: "✗" }

/** Prints the findings. */
export const printFindings = (found: ReadonlyArray<Finding>, format: OutputFormat) => {
  const findings = found.map(withoutTokens)
  return format === "table"
    ? printLines(linesOf(findings))
    : printListing(findingListing, Stream.fromIterable(findings), format)
}

/** The finding without a token that was given where none belongs. */
const withoutTokens = ({ found, hint, ...finding }: Finding): Finding => ({
  ...finding,
  found: hideTokens(found),
  hint: hint === undefined ? undefined : hideTokens(hint),
})

const linesOf = (findings: ReadonlyArray<Finding>): ReadonlyArray<string> => {
  const width = Math.max(...findings.map((finding) => finding.check.length))
  return findings.flatMap(({ state, check, found, hint }) => [
    `${marks[state]} ${check.padEnd(width)}  ${escapeControls(found)}`,
    ...(hint === undefined ? [] : [`${" ".repeat(width + 4)}${escapeControls(hint)}`]),
  ])
}

const findingListing: Listing<Finding> = {
  name: "findings",
  columns: [
    { title: "Check", value: (finding) => finding.check },
    { title: "State", value: (finding) => finding.state },
    { title: "Found", value: (finding) => finding.found },
    { title: "What to do", value: (finding) => finding.hint ?? "" },
  ],
  json: Effect.succeed,
}
