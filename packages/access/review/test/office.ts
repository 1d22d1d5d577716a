// A campaign over the office.
import { join } from "node:path"
import { meanings } from "@rollcall/test-kit/office"
import type { CampaignRequest } from "../src/index.ts"

/** Rows of a reviewers.csv. */
export const reviewersOf = (...lines: ReadonlyArray<string>) => ({
  name: "reviewers.csv",
  rows: ["scope,reviewer,name,role", ...lines].map((text, at) => ({ line: at + 1, cells: text.split(",") })),
})

/** A campaign over the file in the folder, with one reviewer for everything. */
export const requestOf = (folder: string, more: Partial<CampaignRequest> = {}): CampaignRequest => ({
  folder: join(folder, "campaign"),
  name: "2026-Q4",
  file: join(folder, "sync.c1z"),
  scopes: ["all"],
  reviewers: reviewersOf("all,boss@example.com,Boss,CISO"),
  byManager: false,
  due: "2026-12-31",
  maxAge: 7,
  version: "0.0.0",
  meanings,
  ...more,
})
