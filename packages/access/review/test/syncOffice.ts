// The office in a file.
import { workStoreLayer } from "@rollcall/c1z"
import type { SyncRequest } from "@rollcall/connector"
import type { Office } from "@rollcall/test-kit/office"
import { syncOfficeTo } from "@rollcall/test-kit/office"

/** Syncs the office into a file. */
export const syncOffice = (output: string, what?: Office, request?: SyncRequest) =>
  syncOfficeTo(workStoreLayer({ output, keepSyncs: 2 }), what, request)
