// The code in what a server says went wrong. Slack appends who or what it is about to some codes:
// `cannot_disable_primary_owner (user=U0123)`. The code decides what it means; the rest may name people and is never kept.

const wholeCode = /^[\w.-]{0,99}\w$/u
const firstWord = /^(?<word>[\w.-]{0,99}\w)(?!\w)/u
const withDetail = /^(?<word>[a-z]+(?:_[a-z0-9]+)+)\s*\(.*\)$/su

/**
 * The code that the text is, or begins with. A first word is taken for a code where it is a known one, or where a detail in
 * brackets is all that follows; a sentence for people has no code, and so `undefined` is returned.
 */
export const errorCodeOf = (text: string, isKnown: (word: string) => boolean): string | undefined => {
  // A full stop at the end is no part of a code.
  const trimmed = text.trim().replace(/\.$/u, "")
  if (wholeCode.test(trimmed)) return trimmed
  const word = firstWord.exec(trimmed)?.groups?.["word"]
  if (word !== undefined && isKnown(word)) return word
  return withDetail.exec(trimmed)?.groups?.["word"]
}
