// Takes out of a text what must not travel with logs.
import { hideTokens } from "@rollcall/http-exchange"

// Looked for only where a run of letters begins: from each of its letters on, a long run would hold the thread for seconds.
const addresses = /(?<![^\s"'<>()[\]{},;:=\\@])[^\s"'<>()[\]{},;:=\\@]+(?:@|%40)[^\s"'<>()[\]{},;:=\\@/]+\.\p{L}{2,}/giu

/** The text without tokens of Slack, client secrets of C1 and e-mail addresses. */
export const hidePrivate = (text: string): string => hideTokens(text, "<secret>").replaceAll(addresses, "<address>")
