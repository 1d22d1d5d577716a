// The records of a .c1z file as proto3 JSON.
import { decodeRecord, MalformedMessage, recordToJson } from "@rollcall/c1-protocol"
import { storedRows } from "./storedRows.ts"

/** All records of a file by kind and id. */
export const storedRecords = (path: string): ReadonlyMap<string, unknown> =>
  new Map(
    storedRows(path).map(({ kind, id, bytes }) => {
      const message = decodeRecord(kind, bytes)
      if (message instanceof MalformedMessage) throw message
      return [`${kind} ${id}`, recordToJson(kind, message)]
    }),
  )
