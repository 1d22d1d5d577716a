// Where a value came from, so that messages and `config show` can say it.

/** The source of a setting's value. */
export type Origin =
  | { readonly from: "flag"; readonly name: string }
  | { readonly from: "environment"; readonly name: string }
  | { readonly from: "file"; readonly name: string; readonly path: string; readonly line: number }
  | { readonly from: "default" }
  | { readonly from: "unset" }

/** The origin as it stands in a sentence: `--file`, `BATON_FILE`, `file (.baton.yaml, line 3)`. */
export const describeOrigin = (origin: Origin): string => {
  if (origin.from === "flag") return `--${origin.name}`
  if (origin.from === "environment") return origin.name
  if (origin.from === "file") return `${origin.name} (${origin.path}, line ${origin.line})`
  return origin.from === "default" ? "default" : "not set"
}
