// Takes out of a text what must not travel with logs.

const secrets = /\b(?:xox[a-z]?|xapp)[-.][^\s"'\\]*|\bsecret-token:[^\s"'\\]*/gi
const addresses = /[^\s"'<>()[\]{},;:=\\@]+@[^\s"'<>()[\]{},;:=\\@/]+\.[a-z]{2,}/gi

/** The text without tokens of Slack, client secrets of C1 and e-mail addresses. */
export const hidePrivate = (text: string): string =>
  text.replaceAll(secrets, "<secret>").replaceAll(addresses, "<address>")
