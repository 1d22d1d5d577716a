// Filters with their values quoted. Source: https://datatracker.ietf.org/doc/html/rfc7644#section-3.4.2.2

/** Builds filters. Slack takes them on both versions, though it documents them for v1 alone. */
export const scimFilter = {
  /** Resources whose attribute has this value: `userName eq "ada"`. */
  equals: (attribute: string, value: string | boolean): string => `${attribute} eq ${JSON.stringify(value)}`,
}
