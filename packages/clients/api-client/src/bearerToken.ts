// Whether a token can be sent as it is.

// Anything else in a header would be refused by `fetch`, in a message that quotes the header with the token.
const sendable = /^[\x21-\x7e]+$/u

/** Whether a token is one word of printable ASCII, as a header `Authorization: Bearer …` takes it. */
export const isBearerToken = (token: string): boolean => sendable.test(token)
