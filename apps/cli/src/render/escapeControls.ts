// Makes untrusted text safe to show. Names come from people in Slack: they may hold escape sequences that move the
// cursor or rename the window, and bidirectional overrides that make one name look like another.

// C0 and C1 controls, DEL, line and paragraph separators, directional marks, embeddings, overrides and isolates, and
// halves of surrogate pairs. Joiners stay: emoji and several scripts are written with them.
const unsafe =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const short: Readonly<Record<string, string | undefined>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }

/** The text with every character that a terminal would act on written as an escape, such as `\u202e`. */
export const escapeControls = (text: string): string =>
  text.replace(unsafe, (found) => short[found] ?? `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`)

/** As `escapeControls`, but for text of several lines of which we wrote the line breaks. */
export const escapeLines = (text: string): string => text.split("\n").map(escapeControls).join("\n")

/**
 * JSON of a value without a single character that a terminal would act on. `JSON.stringify` escapes C0 controls only;
 * here the rest are escapes too, which every JSON reader takes for the same text.
 */
export const safeJson = (value: unknown, indent?: number): string => {
  const json = JSON.stringify(value, undefined, indent)
  // Line breaks of the indentation are no part of any string.
  return json.replace(unsafe, (found) =>
    found === "\n" ? found : `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )
}
