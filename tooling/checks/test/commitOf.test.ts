// The commit that a bundle is told.
import { assert, expect, test } from "vitest"
import { readFileSync } from "node:fs"
import { commitOf } from "../src/bundle/commitOf.ts"

const whole = {
  ROLLCALL_COMMIT: "0123456789abcdef0123456789abcdef01234567",
  ROLLCALL_COMMIT_DATE: "2026-11-30T09:15:00Z",
}

test("A bundle says of its commit what a reader needs: seven letters and the day.", () => {
  expect(commitOf(whole)).toStrictEqual({ ROLLCALL_COMMIT: '{"id":"0123456","day":"2026-11-30"}' })
})

test("A bundle of no commit is told nothing, so that it depends on the sources alone.", () => {
  expect(commitOf({})).toStrictEqual({})
  expect(commitOf({ ROLLCALL_COMMIT: "", ROLLCALL_COMMIT_DATE: "" })).toStrictEqual({})
})

test("One of the two without the other, a part of an id and what is no date are refused.", () => {
  expect(() => commitOf({ ...whole, ROLLCALL_COMMIT_DATE: "" })).toThrow(/ROLLCALL_COMMIT_DATE must/u)
  expect(() => commitOf({ ...whole, ROLLCALL_COMMIT: "" })).toThrow(/ROLLCALL_COMMIT must/u)
  expect(() => commitOf({ ...whole, ROLLCALL_COMMIT: "0123456" })).toThrow(/ROLLCALL_COMMIT must/u)
  expect(() => commitOf({ ...whole, ROLLCALL_COMMIT_DATE: "yesterday" })).toThrow(/ROLLCALL_COMMIT_DATE must/u)
})

test("The build's cache knows both variables.", () => {
  const turbo = JSON.parse(readFileSync(new URL("../../../turbo.json", import.meta.url), "utf8"))
  assert.includeMembers(turbo.tasks.build.env, Object.keys(whole))
})
