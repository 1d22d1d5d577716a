// Tokens in a text that is shown or logged, such as one that was typed in the wrong place.

// Slack's kinds of tokens (https://docs.slack.dev/authentication/tokens), up to where a word, a string or a tag ends.
const tokenLike = /(?:xox[a-z]?(?:\.xox[a-z])?|xapp|xwfp)-[^\s"'<>\\]*/giu

/** The text with `mark` in the place of each token. */
export const hideTokens = (text: string, mark = "<token>"): string => text.replaceAll(tokenLike, mark)
