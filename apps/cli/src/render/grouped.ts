/** A count with commas between groups of three digits. `toLocaleString` says the same, and loads 15 ms of languages for the first one. */
export const grouped = (count: number): string => String(count).replaceAll(/\B(?=(?:\d{3})+$)/gu, ",")
