// Ids that are none. They are refused before they are sent.

/** An id that leads elsewhere than to one resource (`Users/` is all of them, and so is `Users/.` to a URL), or names none. */
export const isMalformedId = (id: string): boolean => id.trim() === "" || id === "." || id === ".."
