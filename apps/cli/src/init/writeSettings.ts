// Writes settings and secrets: all files aside first, and then each in its place, so that a full disk replaces nothing. Secrets come before
// the settings that name them.
import { openOutput } from "@rollcall/access/output"
import { parseConfigFile } from "@rollcall/config"
import { StoreError, storeReasonOf } from "@rollcall/connector"
import { Effect, Redacted } from "effect"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { Document, isMap, parseDocument } from "yaml"
import type { Place } from "./places.ts"

/** Settings by name, as they stand in a file. */
export type WrittenSettings = Readonly<Record<string, string | number | boolean | ReadonlyArray<string>>>

const heading =
  " Written by `rollcall init`. `rollcall config schema` describes all settings, `rollcall config show` says which are used."

/** Writes them. Secrets are by their settings; `force` replaces what is there. */
export const writeSettings = Effect.fnUntraced(function* (
  place: Place,
  settings: WrittenSettings,
  secrets: ReadonlyMap<string, Redacted.Redacted>,
  { force }: { readonly force: boolean },
) {
  const { path, profile, secretFile } = place
  const files = [
    ...[...secrets].map(([name, secret]) => ({ path: secretFile(name), text: `${Redacted.value(secret)}\n`, force })),
    profile === undefined
      ? { path, text: textOf(settings), force }
      : // Entries of others in it stay, so the file itself is replaced.
        { path, text: yield* withEntry(path, profile, settings), force: true },
  ]
  yield* Effect.scoped(
    Effect.gen(function* () {
      const outputs = yield* Effect.forEach(files, ({ path: file, text, force: replaces }) =>
        Effect.gen(function* () {
          yield* attempt(file, () => mkdirSync(dirname(file), { recursive: true, mode: 0o700 }))
          const output = yield* openOutput(file, { kind: "file", force: replaces })
          yield* attempt(file, () => writeFileSync(output.staged, text, { flag: "wx", mode: 0o600 }))
          return output
        }),
      )
      yield* Effect.uninterruptible(Effect.forEach(outputs, ({ publish }) => publish, { discard: true }))
    }),
  ).pipe(Effect.mapError(asOurs))
})

const textOf = (settings: WrittenSettings): string => {
  const document = new Document(settings)
  document.commentBefore = heading
  return document.toString({ lineWidth: 0 })
}

/** The file of connections with this entry, and with all that people wrote into it. */
const withEntry = Effect.fnUntraced(function* (path: string, name: string, settings: WrittenSettings) {
  const entry = { ...settings }
  if (!existsSync(path)) {
    const document = new Document({ connections: { [name]: entry } })
    document.commentBefore = heading
    return document.toString({ lineWidth: 0 })
  }
  const bytes = yield* attempt(path, () => readFileSync(path))
  // It says what is wrong with the file, where something is.
  yield* parseConfigFile(path, bytes)
  const document = parseDocument(bytes.toString("utf8"))
  // A key without anything under it, as in a file that was emptied.
  if (!isMap(document.get("connections"))) document.set("connections", document.createNode({}))
  document.setIn(["connections", name], document.createNode(entry))
  return document.toString({ lineWidth: 0 })
})

const attempt = <A>(path: string, work: () => A): Effect.Effect<A, StoreError> =>
  Effect.try({
    try: work,
    catch: (cause) =>
      new StoreError({ reason: storeReasonOf(cause), message: `${path} cannot be written.`, hint: "", path, cause }),
  })

/** No flag of this command names another place. */
const asOurs = <E>(error: E): E | StoreError =>
  error instanceof StoreError
    ? new StoreError({
        reason: error.reason,
        message: error.message,
        hint:
          error.reason === "CannotReplace"
            ? "Replace it with --force."
            : "Let this user write there, make room, or set XDG_CONFIG_HOME to another folder. Nothing was replaced.",
        path: error.path,
        cause: error,
      })
    : error
