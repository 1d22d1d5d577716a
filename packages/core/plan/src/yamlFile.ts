// A file that people write as YAML, so that it can be reviewed and have comments: what is wrong with it is told with its line.
import { Effect, Schema } from "effect"
import { LineCounter, parseDocument, visit, type Document } from "yaml"
import type { PlanError } from "./PlanError.ts"
import { wellFormed } from "./Plan.ts"

/** What a file holds, and the line of a part of it by its keys; of what is missing, that of what lacks it. */
export interface YamlFile<A> {
  readonly value: A
  readonly lineOf: (keys: ReadonlyArray<PropertyKey>) => number
}

/** A file of more characters than this was not written by people. */
const mostCharacters = 64 * 1024 * 1024

/** Reads such files by a schema. `refuse` makes the failure of all that is wrong, a clause without its full stop each. */
export const yamlFile = <A, I>(schema: Schema.Codec<A, I>) => {
  const { validate } = Schema.toStandardSchemaV1(schema, {
    parseOptions: { errors: "all", onExcessProperty: "error" },
  })["~standard"]
  return Effect.fnUntraced(function* (
    text: string,
    refuse: (details: ReadonlyArray<string>) => PlanError,
  ): Effect.fn.Return<YamlFile<A>, PlanError> {
    if (text.length > mostCharacters) return yield* refuse(["it is too large"])
    const lines = new LineCounter()
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
    const lineAt = (position: number) => Math.max(1, lines.linePos(position).line)
    const broken = [
      ...document.errors.map(({ pos, code }) => [pos[0], `it is not valid YAML (${inWords(code)})`] as const),
      ...unresolvedAliases(document),
    ]
    if (broken.length > 0) {
      return yield* refuse(broken.map(([position, problem]) => `line ${lineAt(position)}: ${problem}`))
    }
    const given = yield* Effect.try({
      try: (): unknown => document.toJS(),
      catch: () => refuse(["its aliases are too many"]),
    })
    const result = yield* Effect.promise(async () => validate(given))
    const lineOf = (keys: ReadonlyArray<PropertyKey>) => lineAt(positionOf(document, keys))
    if (result.issues === undefined) return { value: wellFormed(result.value), lineOf }
    return yield* refuse(
      result.issues.map((issue) => {
        const keys = (issue.path ?? []).map((part) => (typeof part === "object" ? part.key : part))
        return `line ${lineOf(keys)}: ${keys.map(String).join(".")}${keys.length === 0 ? "" : ": "}${issue.message}`
      }),
    )
  })
}

const inWords = (code: string): string => code.toLowerCase().replaceAll("_", " ")

/** Aliases whose anchor is not there, or comes later. */
const unresolvedAliases = (document: Document) => {
  const found: Array<readonly [position: number, problem: string]> = []
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) === undefined)
        found.push([alias.range?.[0] ?? 0, `the alias *${alias.source} has no anchor before it`])
    },
  })
  return found
}

/** Where a part of the document stands; of what is missing, where that which lacks it does. */
const positionOf = (document: Document, keys: ReadonlyArray<PropertyKey>): number => {
  for (let depth = keys.length; depth >= 0; depth--) {
    const node: unknown = depth === 0 ? document.contents : document.getIn(keys.slice(0, depth), true)
    if (typeof node !== "object" || node === null || !("range" in node) || !Array.isArray(node.range)) continue
    return Number(node.range[0])
  }
  return 0
}
