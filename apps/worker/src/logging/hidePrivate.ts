// Takes out of a text what must not travel with logs.
import { hideTokens } from "@rollcall/http-exchange"

const addresses = /[^\s"'<>()[\]{},;:=\\@]+@[^\s"'<>()[\]{},;:=\\@/]+\.[a-z]{2,}/gi

/** The text without tokens of Slack, client secrets of C1 and e-mail addresses. */
export const hidePrivate = (text: string): string => hideTokens(text, "<secret>").replaceAll(addresses, "<address>")
