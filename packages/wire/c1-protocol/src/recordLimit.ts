// How large a record may be: what is written must be fit to be read.

/**
 * The most bytes of one record. Real ones have a few thousand; two bytes can decode to hundreds in memory, so a record
 * without this limit could end the process.
 */
export const recordLimit = 1024 * 1024

/** The most bytes of a resource, which its entitlements and their grants hold whole beside what is their own. */
export const resourceLimit = recordLimit / 2
