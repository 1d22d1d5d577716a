// Text from outside made fit for a message: short, on one line, with nothing that a terminal would obey and nothing
// that looks like a token.
import { hideTokens } from "./hideTokens.ts"

// Control characters, line and paragraph separators, and the marks that turn the direction of text.
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

const escaped = (character: string) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`

/** At most `longest` characters of a text from outside, escaped. */
export const excerpt = (text: string, longest = 80): string => {
  // Tokens are looked for in the whole neighbourhood of the cut, so that no half of one is left.
  const clean = hideTokens(text.slice(0, longest * 8))
  const short = Array.from(clean).slice(0, longest).join("")
  return short.replace(unprintable, escaped) + (short.length < clean.length || text.length > longest * 8 ? "…" : "")
}
