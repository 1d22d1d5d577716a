// What settings and flags say of how much less than before a sync may show.
import { assert, describe, it } from "@effect/vitest"
import { passedDates, replacePolicyOf } from "../src/index.ts"

const settings = { "max-shrink": 50, "allow-shrink-until": undefined }
const at = (time: string) => Date.parse(time)

describe("a loss is accepted", () => {
  it("up to the end of the day that is set, in UTC", () => {
    const accepts = (time: string) =>
      replacePolicyOf({ ...settings, "allow-shrink-until": "2026-12-31" }, at(time)).acceptsShrink
    assert.deepStrictEqual(["2026-01-01T00:00:00Z", "2026-12-31T23:59:59.999Z", "2027-01-01T00:00:00Z"].map(accepts), [
      true,
      true,
      false,
    ])
  })

  it("and a date that has passed is a warning that names where it is set", () => {
    const warningsAt = (day: string | undefined, time: string) =>
      passedDates(
        {
          settings: { ...settings, "allow-shrink-until": day },
          origins: {
            "max-shrink": { from: "default" },
            "allow-shrink-until": { from: "environment", name: "BATON_ALLOW_SHRINK_UNTIL" },
          },
        },
        at(time),
      )
    assert.match(
      warningsAt("2026-12-31", "2027-01-01T00:00:00Z")[0] ?? "",
      /^BATON_ALLOW_SHRINK_UNTIL accepts losses up to 2026-12-31, which has passed/,
    )
    assert.deepStrictEqual(warningsAt("2026-12-31", "2026-12-31T23:59:59.999Z"), [])
    assert.deepStrictEqual(warningsAt(undefined, "2027-01-01T00:00:00Z"), [])
  })

  it("by the flag of one run, and not otherwise", () => {
    const now = at("2026-01-01T00:00:00Z")
    assert.isTrue(replacePolicyOf(settings, now, { allowShrink: true }).acceptsShrink)
    assert.isFalse(replacePolicyOf(settings, now, {}).acceptsShrink)
  })
})

it("another workspace is replaced by its flag alone", () => {
  assert.isTrue(replacePolicyOf(settings, 0, { replaceWorkspace: true }).replacesTenant)
  assert.isFalse(replacePolicyOf(settings, 0, { allowShrink: true }).replacesTenant)
})
