// Takes out what must not travel with logs, from texts before they are formatted: in JSON, the `n` of a `\n` stands before
// what follows it as if it were a part of it.
import { hideTokens } from "@rollcall/api-client"

// Looked for only where a run of letters begins, and in a length that addresses can have (RFC 5321, section 4.5.3.1, with
// escapes): in a run of 100,000 letters, looking on from each of them would hold the thread for seconds.
const addresses =
  /(?<![^\s"'<>()[\]{},;:=\\@/])[^\s"'<>()[\]{},;:=\\@/]{1,256}(?:@|%40)[^\s"'<>()[\]{},;:=\\@/]{1,253}\.\p{L}[\p{L}\d-]+/giu

/** The text without tokens of Slack, client secrets of C1 and e-mail addresses. */
export const hidePrivate = (text: string): string => hideTokens(text, "<secret>").replaceAll(addresses, "<address>")

/** Hides it in all texts and names of data that were made to be written or sent. */
export const hideIn = <A extends object>(data: A): A => {
  for (const [key, value] of Object.entries(data)) {
    const name = hidePrivate(key)
    if (name !== key) Reflect.deleteProperty(data, key)
    Reflect.set(data, name, typeof value === "string" ? hidePrivate(value) : value)
    if (typeof value === "object" && value !== null) hideIn(value)
  }
  return data
}
