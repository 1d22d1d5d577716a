// Times as the console shows them.

/** A time in UTC to the second; a dash where there is none. Milliseconds since the epoch. */
export const timeOf = (millis: number | undefined): string =>
  millis === undefined ? "–" : `${new Date(millis).toISOString().slice(0, 19).replace("T", " ")} UTC`

/** How long something took. */
export const lengthOf = (millis: number): string => {
  const seconds = Math.round(millis / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
