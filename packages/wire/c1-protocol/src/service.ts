// Codecs between the core's terms and the messages of C1's service: what a worker says of its connector, what it is
// asked, and what it answers. Apart from the codecs of records, which read and write files without the service.
export * from "./service/actions.ts"
export * from "./service/connectorMetadata.ts"
export * from "./service/responses.ts"
export * from "./service/toChange.ts"
