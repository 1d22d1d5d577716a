// Instants as a .c1z file holds them: text without a zone, which we write in UTC. Readers order by the raw text.

/** Milliseconds since the epoch as `YYYY-MM-DD HH:MM:SS[.fraction]`, without trailing zeros. */
export const formatFileTime = (milliseconds: number): string => {
  const iso = new Date(milliseconds).toISOString()
  const seconds = iso.slice(0, 19).replace("T", " ")
  const fraction = iso.slice(20, 23).replace(/0+$/, "")
  return fraction === "" ? seconds : `${seconds}.${fraction}`
}
