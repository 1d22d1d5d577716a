// A store of published files by its address: a folder's path, or `file:///…`.
import { ConfigError } from "@rollcall/config"
import { Effect, Layer } from "effect"
import { fileURLToPath } from "node:url"
import type { FileStore } from "./FileStore.ts"
import { folderFileStore } from "./folderFileStore.ts"

/** Where published files are kept. */
export interface FilePlace {
  readonly folder: string
}

/** What an address says, without using it. The address is not quoted: a secret may have been put into it. */
export const filePlaceOf = (address: string): Effect.Effect<FilePlace, ConfigError> =>
  Effect.suspend(() => {
    const [, scheme] = /^([A-Za-z][A-Za-z0-9+.-]*):/u.exec(address) ?? []
    if (address.trim() === "") return wrong("is empty", "Name a folder.")
    if (scheme === undefined) return Effect.succeed({ folder: address })
    if (scheme.toLowerCase() === "file") return ofFileUrl(address)
    return wrong(`begins with ${scheme}:, which is not known`, `Write a folder's path, or file:///path/of/it.`)
  })

/** The store at an address. */
export const fileStoreOf = (address: string): Layer.Layer<FileStore, ConfigError> =>
  Layer.unwrap(Effect.map(filePlaceOf(address), ({ folder }) => folderFileStore(folder)))

const wrong = (what: string, hint: string): Effect.Effect<never, ConfigError> =>
  Effect.fail(
    new ConfigError({ reason: "Invalid", message: `The address of the store of published files ${what}.`, hint }),
  )

const ofFileUrl = (address: string): Effect.Effect<FilePlace, ConfigError> => {
  const hint = "Write file:/// and the folder's absolute path, such as file:///var/lib/rollcall."
  if (!URL.canParse(address)) return wrong("is not a URL", hint)
  const url = new URL(address)
  if (url.host !== "" || url.search !== "" || url.hash !== "") return wrong("has more than a path", hint)
  return Effect.try({ try: () => ({ folder: fileURLToPath(url) }), catch: () => undefined }).pipe(
    Effect.catch(() => wrong("is not the URL of a file", hint)),
  )
}
