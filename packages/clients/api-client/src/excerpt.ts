// Text from outside made fit for a message: short, on one line, with nothing that a terminal would obey and nothing
// that looks like a token.

// Slack's kinds of tokens (https://docs.slack.dev/authentication/tokens) and secrets that name themselves, as ConductorOne's
// client secrets do (https://www.rfc-editor.org/rfc/rfc8959), up to where a word, a string or a tag ends. A beginning with
// nothing behind it, such as xoxb-…, is advice.
const tokenLike = /(?:(?:xox[a-z]?(?:\.xox[a-z])?|xapp|xwfp)-|secret-token:)(?=[^\s"'<>\\]*[\p{L}\p{N}])[^\s"'<>\\]*/giu

const forms: Array<RegExp> = [tokenLike]

/** What tokens of further systems look like, each with the flag `g`; from then on they are hidden like those of Slack. */
export const addSecretForms = (further: ReadonlyArray<RegExp>): void => {
  forms.push(...further)
}

/** The text with `mark` in the place of each token and secret, such as one that was typed in the wrong place. */
export const hideTokens = (text: string, mark = "<token>"): string =>
  forms.reduce((shown, form) => shown.replaceAll(form, mark), text)

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
