// A google.protobuf.Timestamp as text.
import type { Timestamp } from "@bufbuild/protobuf/wkt"

/** The instant in RFC 3339, without trailing zeros; `undefined` where there is none, or none that a date can hold. */
export const toInstant = (timestamp: Timestamp | undefined): string | undefined => {
  const date = new Date(Number(timestamp?.seconds ?? Number.NaN) * 1000)
  if (timestamp === undefined || Number.isNaN(date.getTime())) return undefined
  const fraction = String(timestamp.nanos).padStart(9, "0").replace(/0+$/, "")
  return date.toISOString().replace(".000Z", fraction === "" ? "Z" : `.${fraction}Z`)
}
