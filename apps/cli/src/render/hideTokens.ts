// Tokens that were typed in the wrong place.

const token = /\b(?:xox[a-z]?|xapp)[-.][^\s"']*/gi

/** The text without them: what is printed ends up in logs. */
export const hideTokens = (text: string): string => text.replaceAll(token, "<hidden>")
