// Why a file that a setting names cannot be read, in words that complete "The file … that … names".
import { storeReasonOf, whatStandsThere } from "@rollcall/connector"

/** By the code that Node gave the failure. */
export const whyUnreadable = (cause: unknown): string => {
  const reason = storeReasonOf(cause)
  if (reason === "NotFound") return "does not exist"
  if (reason === "NoPermission") return "may not be read by this user"
  if (reason === "NotAFile") return `cannot be read: it is ${whatStandsThere(cause)}`
  return "cannot be read"
}
