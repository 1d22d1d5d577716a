// The settings that every command has, and the form of what it prints.
import type { Settings } from "@rollcall/config"
import { pickAppFields } from "@rollcall/config"

/** Settings that every command has. */
export const commonFields = pickAppFields("log-level", "log-format", "quiet")

/** How results are printed. */
export const outputFields = pickAppFields("output-format")

/** The forms in which results can be printed. */
export type OutputFormat = Settings<typeof outputFields>["output-format"]
