// Tokens and secrets in a text that is shown or logged, such as one that was typed in the wrong place.

// Slack's kinds of tokens (https://docs.slack.dev/authentication/tokens) and secrets that name themselves, as ConductorOne's
// client secrets do (https://www.rfc-editor.org/rfc/rfc8959), up to where a word, a string or a tag ends. A beginning with
// nothing behind it, such as xoxb-…, is advice.
const tokenLike = /(?:(?:xox[a-z]?(?:\.xox[a-z])?|xapp|xwfp)-|secret-token:)(?=[^\s"'<>\\]*[\p{L}\p{N}])[^\s"'<>\\]*/giu

/** The text with `mark` in the place of each token. */
export const hideTokens = (text: string, mark = "<token>"): string => text.replaceAll(tokenLike, mark)
