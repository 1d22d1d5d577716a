// Lists what a TypeScript source imports, types included. It reads the syntax only and resolves nothing.
import { parseSync } from "rolldown/utils"

/** One import: the module's name as written, and the names that are taken from it. */
export interface Import {
  readonly specifier: string
  /** `["Effect"]` for `import { Effect } from "effect"`; empty for `import * as`, `export *` and `import()`. */
  readonly names: ReadonlyArray<string>
}

/** The imports and re-exports of a source, static and dynamic. Throws a sentence where the source does not parse. */
export const importsOf = (fileName: string, source: string): ReadonlyArray<Import> => {
  const { errors, module } = parseSync(fileName, source)
  const broken = errors[0]
  if (broken) throw new Error(`${fileName} does not parse: ${broken.message}`)
  const named = (name: { readonly kind: string; readonly name?: string | null }) =>
    name.kind === "Name" && name.name ? [name.name] : []
  return [
    ...module.staticImports.map(({ moduleRequest, entries }) => ({
      specifier: moduleRequest.value,
      names: entries.flatMap((entry) => named(entry.importName)),
    })),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap((entry) =>
        entry.moduleRequest ? [{ specifier: entry.moduleRequest.value, names: named(entry.importName) }] : [],
      ),
    ),
    ...module.dynamicImports.flatMap(({ moduleRequest }) => {
      const literal = /^(["'`])(.*)\1$/.exec(source.slice(moduleRequest.start, moduleRequest.end))
      return literal?.[2] === undefined ? [] : [{ specifier: literal[2], names: [] }]
    }),
  ]
}
