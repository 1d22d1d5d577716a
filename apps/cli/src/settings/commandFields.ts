// The settings that many commands share.
import type { Settings } from "@rollcall/config"
import { limits, pickAppFields, pickLimits } from "@rollcall/config"

/** Settings that every command has. */
export const commonFields = pickAppFields("log-level", "log-format", "quiet")

/** How results are printed. */
export const outputFields = pickAppFields("output-format")

/** Where dated copies of syncs are, and those of which workspace. */
export const archivedFields = pickAppFields("archive", "workspace")

/** Settings of the commands that read a file. */
export const viewFields = pickAppFields("file", "archive", "workspace", "c1z-temp-dir", "decoder-max-decoded-size-mb")

/** Where views keep unpacked files. */
export const cacheFields = pickAppFields("cache-dir", "cache-max-mb")

/** How much may change in one go, and what a second person has to approve. */
export const limitFields = [
  ...pickLimits(limits),
  ...pickAppFields("protected", "approvers", "require-approval"),
] as const

/** Where leases and changes are kept. */
export const leaseFields = pickAppFields("leases", "database-url")

/** Settings of the commands that change something. */
export const changeFields = [...pickAppFields("file", "audit-file"), ...leaseFields, ...limitFields] as const

/** Settings of the commands that may grant for a time. */
export const lendingFields = [...changeFields, ...pickAppFields("max-lease")] as const

/** The settings of the cache. */
export type CacheSettings = Settings<typeof cacheFields>

/** Settings of the views of records, which decide nothing. */
export const recordViewFields = [...viewFields, ...cacheFields] as const

/** Settings of the views of who holds what, which show when it ends. */
export const heldViewFields = [...recordViewFields, ...leaseFields] as const

/** How the settings want unpacked files to be kept; `undefined` where they do not. */
export const cacheOf = ({ "cache-dir": folder, "cache-max-mb": most }: Partial<CacheSettings>) =>
  folder === undefined || most === undefined ? undefined : { folder, mostBytes: most * 1024 * 1024 }

/** The settings of a command that reads a file. */
export type ViewSettings = Settings<typeof viewFields>

/** How the settings want files to be read. */
export const readOptions = (settings: Pick<ViewSettings, "c1z-temp-dir" | "decoder-max-decoded-size-mb">) => ({
  decodedLimit: settings["decoder-max-decoded-size-mb"] * 1024 * 1024,
  tempDirectory: settings["c1z-temp-dir"],
})
