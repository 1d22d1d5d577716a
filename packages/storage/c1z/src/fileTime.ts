// Instants as a .c1z file holds them: text without a zone, which we write in UTC. Readers order by the raw text.

/** Milliseconds since the epoch as `YYYY-MM-DD HH:MM:SS[.fraction]`, without trailing zeros. */
export const formatFileTime = (milliseconds: number): string => {
  const iso = new Date(milliseconds).toISOString()
  const seconds = iso.slice(0, 19).replace("T", " ")
  const fraction = iso.slice(20, 23).replace(/0+$/, "")
  return fraction === "" ? seconds : `${seconds}.${fraction}`
}

const fileTime = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)(Z|\+00:00)?$/

/** A time of the file as RFC 3339; a text that is not a time stays as it is. */
export const toInstant = (text: string): string => text.replace(fileTime, "$1T$2Z")
