// A reviewer's page, opened from its file in a real browser and used as a reviewer uses it.
import { readFileSync, statSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { endsFrom } from "@rollcall/access"
import { hasChromium, hostileEffects, hostilePageOf, openBrowser, seriousBarriers } from "@rollcall/test-kit/chromium"
import { Effect } from "effect"
import { importAnswers, openCampaign, reviewerPage } from "../src/index.ts"
import { hasRole, memberOf, office, person } from "@rollcall/test-kit/office"
import { reviewersOf } from "./office.ts"
import { campaignOf, commentOn, decide, decisionsIn, openPage, pageFor, savedBy } from "./pageOf.ts"

const boss = "boss@example.com"
const lead = "lead@example.com"
const two = { reviewers: reviewersOf(`group:it,${lead},Lea,`, `all,${boss},Boss,CISO`) }
const noStorage = `Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied", "SecurityError") } })`
const fullStorage = `Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError") }`

const run = <A>(step: () => Promise<A>) => Effect.promise(step)

/** A page of the boss in a browser. */
const opened = Effect.fnUntraced(function* (before = "") {
  const made = yield* campaignOf()
  const browser = yield* openBrowser
  const file = yield* pageFor(made.path, boss)
  return { ...made, browser, file, ...(yield* openPage(browser, file, before)) }
})

describe("A reviewer's page", () => {
  it.live("holds the reviewer's own items and nothing of others, and is for this user alone.", () =>
    Effect.gen(function* () {
      const { path } = yield* campaignOf(office, two)
      const [own, others] = [yield* pageFor(path, lead), yield* pageFor(path, boss)].map((file) =>
        readFileSync(file, "utf8"),
      )
      assert.strictEqual(statSync(yield* pageFor(path, lead)).mode & 0o777, 0o600)
      assert.include(own, "eve@example.com")
      assert.notInclude(own, "ada")
      assert.notInclude(own, boss)
      assert.include(others, "ada@example.com")
      assert.notInclude(others, "eve@example.com")
    }),
  )
})

describe.runIf(hasChromium)("A reviewer's page in Chromium", () => {
  it.live("shows the campaign, the reviewer, the date, and all that is known of an item.", () =>
    Effect.gen(function* () {
      const { page, requests, faults } = yield* opened()
      const text = yield* run(() => page.innerText("body"))
      for (const shown of ["2026-Q4", "Acme", "Boss, boss@example.com, CISO", "2026-12-31", "Send the file back"]) {
        assert.include(text, shown)
      }
      const first = yield* run(() => page.locator("tbody tr").first().innerText())
      for (const shown of [
        "ada",
        "ada@example.com",
        "enabled",
        "2FA off",
        "Owner role",
        "Owner (Role)",
        "privileged",
      ]) {
        assert.include(first, shown)
      }
      // Nothing is known of the time before a first review without an archive.
      assert.notMatch(text, /Since|History/u)
      assert.deepStrictEqual({ requests, faults }, { requests: [], faults: [] })
    }).pipe(Effect.scoped),
  )

  it.live("shows beside an item when its access ends.", () =>
    Effect.gen(function* () {
      const ending = {
        entitlement: "role:owner:held",
        principal: { resourceType: "user", resource: "ada" },
        endsAt: "2026-12-01T18:00:00.000Z",
        by: "Ann",
        reason: "stands in",
        isOfC1: false,
      }
      const { path } = yield* campaignOf(office, { endsIn: () => Effect.succeed(endsFrom([ending])) })
      const { page } = yield* openPage(yield* openBrowser, yield* pageFor(path, boss))
      const rows = yield* run(() => page.locator("tbody tr").allInnerTexts())
      assert.deepStrictEqual(
        rows.map((row) => row.includes("ends 2026-12-01 18:00 UTC (lease of Ann: stands in)")),
        [true, false, false, false, false, false],
      )
    }).pipe(Effect.scoped),
  )

  it.live("takes decisions and comments by keyboard, and saves a file that the import takes.", () =>
    Effect.gen(function* () {
      const { page, folder, path, faults } = yield* opened()
      const group = (item: number) => page.getByRole("radiogroup", { name: `Decision on item ${item}:` })
      yield* run(async () => {
        await group(3).getByRole("radio", { name: "keep" }).focus()
        await page.keyboard.press("ArrowRight")
        await page.keyboard.press("Tab")
        await page.keyboard.type("left in May")
        await group(6).getByRole("radio", { name: "keep" }).focus()
        await page.keyboard.press("ArrowLeft")
      })
      assert.strictEqual(yield* run(() => page.locator("#how-far").innerText()), "2 of 6 decided")
      assert.strictEqual(yield* run(() => page.locator("progress").getAttribute("max")), "6")
      const file = yield* run(() => savedBy(page, "Download decisions", folder))
      assert.strictEqual(basename(file), "decisions-2026-Q4-boss@example.com.json")
      yield* importAnswers(path, [file])
      const { answers } = yield* openCampaign(path)
      assert.deepStrictEqual(
        [...answers.values()].map(({ item, decision, comment }) => [item, decision, comment]),
        [
          [3, "remove", "left in May"],
          [6, "disable", ""],
        ],
      )
      assert.deepStrictEqual(faults, [])
    }).pipe(Effect.scoped),
  )

  it.live("asks for a comment at the item, and saves no decisions without it.", () =>
    Effect.gen(function* () {
      const { page, folder } = yield* opened()
      yield* run(() => decide(page, 1, "keep"))
      yield* run(() => decide(page, 3, "change"))
      const first = commentOn(page, 1)
      assert.strictEqual(yield* run(() => first.getAttribute("aria-invalid")), "true")
      assert.include(yield* run(() => page.locator("#why-1").innerText()), "needs a comment")
      yield* run(() => page.getByRole("button", { name: "Download decisions" }).click())
      assert.include(yield* run(() => page.locator(".bar-of-work [role=alert]").innerText()), "Item 1: Say why")
      assert.strictEqual(
        yield* run(() => page.evaluate("document.activeElement?.getAttribute('aria-label')")),
        "Comment on item 1",
      )
      yield* run(() => first.fill("owns the workspace"))
      yield* run(() => commentOn(page, 3).fill("=make guest"))
      assert.include(yield* run(() => page.locator("#why-3").innerText()), "equals sign")
      yield* run(() => commentOn(page, 3).fill("make guest"))
      assert.deepStrictEqual(decisionsIn(yield* run(() => savedBy(page, "Download decisions", folder))), [
        [1, "keep", "owns the workspace"],
        [3, "change", "make guest"],
      ])
    }).pipe(Effect.scoped),
  )

  it.live("takes a decision back, and says when nothing is decided.", () =>
    Effect.gen(function* () {
      const { page } = yield* opened()
      yield* run(() => decide(page, 3, "remove"))
      yield* run(() => page.getByRole("button", { name: "Clear the decision on item 3" }).press("Enter"))
      assert.strictEqual(yield* run(() => page.locator("#how-far").innerText()), "0 of 6 decided")
      assert.strictEqual(yield* run(() => page.locator(":checked[type=radio]").count()), 0)
      yield* run(() => page.getByRole("button", { name: "Download decisions" }).click())
      assert.strictEqual(
        yield* run(() => page.locator(".bar-of-work [role=alert]").innerText()),
        "Nothing is decided yet.",
      )
    }).pipe(Effect.scoped),
  )

  it.live("keeps all open items that search and filters show, but none that needs a comment of its own.", () =>
    Effect.gen(function* () {
      const { page, folder } = yield* opened()
      const bulk = page.getByRole("group", { name: "Keep many at once" })
      const keep = bulk.getByRole("button", { name: "Keep" })
      yield* run(() => decide(page, 3, "remove"))
      assert.strictEqual(yield* run(() => keep.innerText()), "Keep all 5 open items shown")
      yield* run(() => page.getByLabel("Kind").selectOption("member"))
      assert.strictEqual(yield* run(() => keep.innerText()), "Keep all 3 open items shown")
      yield* run(() => keep.press("Enter"))
      const said = yield* run(() => page.getByText("Kept 2 open items.").innerText())
      assert.include(said, "1 needs a comment")
      yield* run(() => bulk.getByRole("button", { name: "Undo" }).press("Enter"))
      assert.strictEqual(yield* run(() => page.locator("#how-far").innerText()), "1 of 6 decided")
      yield* run(() => bulk.getByLabel("Comment for all of them").fill("seen"))
      yield* run(() => keep.press("Enter"))
      assert.deepStrictEqual(decisionsIn(yield* run(() => savedBy(page, "Download decisions", folder))), [
        [1, "keep", "seen"],
        [2, "keep", "seen"],
        [3, "remove", ""],
        [5, "keep", "seen"],
      ])
      yield* run(() => page.getByLabel("Kind").selectOption("All"))
      yield* run(() => page.getByRole("combobox", { name: "Decision" }).selectOption("open"))
      assert.strictEqual(yield* run(() => page.locator("tbody tr").count()), 2)
      yield* run(() => page.getByLabel("Search").fill("EVE@example"))
      assert.strictEqual(yield* run(() => page.locator("tbody tr").count()), 1)
    }).pipe(Effect.scoped),
  )

  it.live("shows what is new since the campaign before, what was decided then, and that alone where asked.", () =>
    Effect.gen(function* () {
      const before = yield* campaignOf({ ...office, grants: office.grants.slice(0, -1) })
      const browser = yield* openBrowser
      const old = yield* openPage(browser, yield* pageFor(before.path, boss))
      yield* run(() => decide(old.page, 3, "keep"))
      yield* importAnswers(before.path, [yield* run(() => savedBy(old.page, "Download decisions", before.folder))])
      const { path } = yield* campaignOf(office, { previous: before.path })
      const { page } = yield* openPage(browser, yield* pageFor(path, boss))
      const third = yield* run(() => page.locator("tbody tr").nth(2).innerText())
      assert.match(third, /Since Last Review\s+unchanged\s+Decided Then\s+keep/u)
      yield* run(() => page.getByRole("combobox", { name: "Since Last Review" }).selectOption("new"))
      assert.include(yield* run(() => page.locator("tbody").innerText()), "eve@example.com")
      assert.strictEqual(yield* run(() => page.locator("tbody tr").count()), 1)
    }).pipe(Effect.scoped),
  )

  it.live("keeps a draft in the browser, which survives a reload, is the same in two tabs, and is nobody else's.", () =>
    Effect.gen(function* () {
      const { path } = yield* campaignOf(office, two)
      const browser = yield* openBrowser
      const { page, context, faults } = yield* openPage(browser, yield* pageFor(path, boss))
      yield* run(() => decide(page, 1, "keep"))
      yield* run(() => commentOn(page, 1).fill("owner"))
      yield* run(() => page.reload())
      assert.strictEqual(yield* run(() => commentOn(page, 1).inputValue()), "owner")
      assert.strictEqual(yield* run(() => page.locator("#how-far").innerText()), "1 of 4 decided")
      const second = yield* run(() => context.newPage())
      yield* run(() => second.goto(page.url()))
      yield* run(() => decide(page, 3, "remove"))
      yield* run(() => second.getByText("2 of 4 decided").waitFor())
      yield* run(() => page.getByRole("button", { name: "Clear the decision on item 3" }).click())
      yield* run(() => second.getByText("1 of 4 decided").waitFor())
      const other = yield* run(() => context.newPage())
      const file = yield* pageFor(path, lead)
      yield* run(() => other.goto(`file://${file}`))
      assert.strictEqual(yield* run(() => other.locator("#how-far").innerText()), "0 of 2 decided")
      assert.deepStrictEqual(
        faults.filter((fault) => !fault.startsWith("window")),
        [],
      )
    }).pipe(Effect.scoped),
  )

  it.live("deletes the draft from the browser where its reviewer asks for that, and warns then too.", () =>
    Effect.gen(function* () {
      const { page, faults } = yield* opened()
      yield* run(() => decide(page, 3, "remove"))
      yield* run(() => page.getByRole("button", { name: "Delete it from this browser" }).click())
      assert.strictEqual(yield* run(() => page.evaluate("localStorage.length")), 0)
      yield* run(async () => {
        const asked = page.waitForEvent("dialog")
        await page.close({ runBeforeUnload: true })
        await asked
      })
      assert.match(faults.join("\n"), /^dialog: /u)
    }).pipe(Effect.scoped),
  )

  it.live.each([
    ["refuses storage", noStorage],
    ["has no room", fullStorage],
  ] as const)(
    "goes on where the browser %s: says so, warns when it is closed, saves a draft and loads it.",
    ([, before]) =>
      Effect.gen(function* () {
        const { page, browser, folder, file, path, faults } = yield* opened(before)
        assert.include(yield* run(() => page.locator("#draft [role=alert]").innerText()), "keeps nothing")
        yield* run(() => decide(page, 1, "keep"))
        yield* run(() => decide(page, 3, "remove"))
        yield* run(async () => {
          const asked = page.waitForEvent("dialog")
          await page.close({ runBeforeUnload: true })
          await asked
        })
        assert.match(faults.join("\n"), /^dialog: /u)
        const draft = yield* run(() => savedBy(page, "Save a draft", folder))
        assert.strictEqual(basename(draft), "draft-2026-Q4-boss@example.com.json")
        yield* run(async () => {
          const closed = page.waitForEvent("close")
          await page.close({ runBeforeUnload: true })
          await closed
        })
        assert.lengthOf(faults, 1)
        const refused = yield* Effect.flip(importAnswers(path, [draft]))
        assert.match(refused.message, /it is a draft/)

        const again = yield* openPage(browser, file, before)
        yield* run(() => again.page.getByLabel("Load a draft").setInputFiles(draft))
        yield* run(() => again.page.getByText("Loaded 2 items.").waitFor())
        assert.strictEqual(
          yield* run(() => again.page.locator("#how-far").innerText()),
          "2 of 6 decided, 1 needs a comment",
        )
        yield* run(() => commentOn(again.page, 1).fill("owner"))
        yield* importAnswers(path, [yield* run(() => savedBy(again.page, "Download decisions", folder))])
        assert.strictEqual((yield* openCampaign(path)).answers.size, 2)
      }).pipe(Effect.scoped),
  )

  it.live("loads no file of another page, of another kind or that is altered.", () =>
    Effect.gen(function* () {
      const { page, folder, faults } = yield* opened()
      const other = yield* campaignOf()
      const foreign = yield* openPage(yield* openBrowser, yield* pageFor(other.path, boss))
      yield* run(() => decide(foreign.page, 3, "remove"))
      const wrong = {
        "foreign.json": readFileSync(yield* run(() => savedBy(foreign.page, "Save a draft", folder)), "utf8"),
        "text.json": "no JSON",
        "null.json": "null",
        "other.json": JSON.stringify({ format: "rollcall-draft", version: 2, items: [] }),
        "odd.json": JSON.stringify({ format: "rollcall-draft", version: 1, items: [null, 7, { item: 1 }] }),
      }
      for (const [name, text] of Object.entries(wrong)) {
        writeFileSync(join(folder, name), text)
        yield* run(() => page.getByLabel("Load a draft").setInputFiles(join(folder, name)))
        yield* run(() => page.getByText("This file cannot be used").waitFor())
        yield* run(() => page.locator("#draft [role=status]").evaluate((said) => said.replaceChildren()))
        assert.strictEqual(yield* run(() => page.locator("#how-far").innerText()), "0 of 6 decided", name)
      }
      assert.deepStrictEqual(faults, [])
    }).pipe(Effect.scoped),
  )

  it.live("shows hostile text as text in every field, and gives it back as it was given out.", () =>
    Effect.gen(function* () {
      const hostile = [
        "</script><script>window.ran=1</script>",
        "<img src=x onerror=window.ran=1>",
        "\u202egnp.exe",
        "\u0007\u001b[2J\n=1+1",
        "javascript:alert(1)",
        "__proto__",
      ]
      const [first = ""] = hostile
      const what = {
        accounts: hostile.map((displayName, at) =>
          person(`p${at}`, { displayName, account: { accountType: "human" as const, emails: [`${displayName}@x`] } }),
        ),
        groups: { it: first, ops: hostile[2] ?? "" },
        grants: hostile.flatMap((_, at) => [
          memberOf("it", `p${at}`),
          memberOf("ops", `p${at}`),
          hasRole("owner", `p${at}`),
        ]),
      }
      const { folder, path } = yield* campaignOf(what, {
        name: "2026 ../../x",
        reviewers: reviewersOf(`all,${boss},${hostile[1]},${hostile[2]}`),
      })
      const file = yield* pageFor(path, boss)
      const { page, requests, faults } = yield* openPage(yield* openBrowser, file)
      const text = yield* run(() => page.innerText("body"))
      for (const shown of [
        first,
        "<img src=x onerror=window.ran=1>",
        String.raw`\u202egnp.exe`,
        String.raw`\u001b[2J\n=1+1`,
      ]) {
        assert.include(text, shown)
      }
      assert.isUndefined(yield* run(() => page.evaluate("window.ran")))
      assert.strictEqual(yield* run(() => page.locator("img, iframe, main script").count()), 0)
      yield* run(() => page.getByLabel("Comment for all of them").fill(first))
      yield* run(() => page.getByRole("button", { name: "Keep all 18" }).click())
      const saved = yield* run(() => savedBy(page, "Download decisions", folder))
      assert.match(basename(saved), /^decisions-2026_.._.._x-boss@example\.com\.json$/u)
      yield* importAnswers(path, [saved])
      const { answers } = yield* openCampaign(path)
      assert.strictEqual(answers.size, 18)
      assert.strictEqual(answers.get(1)?.comment, first)
      assert.deepStrictEqual({ requests, faults }, { requests: [], faults: [] })
    }).pipe(Effect.scoped),
  )

  it.live("shows text as text in each field of its data, whichever that is.", () =>
    Effect.gen(function* () {
      const { path, folder } = yield* campaignOf(office, two)
      const html = readFileSync(yield* pageFor(path, boss), "utf8")
      // Titles of columns and decisions choose what is drawn.
      const ours = /^(?:columns\.\d+|decisions\.\d+\.0|items\.\d+\.(?:commentFor\.\d+|decision))$/u
      const hostilePage = hostilePageOf(html, (place) => ours.test(place.join(".")))
      const file = join(folder, "page.html")
      writeFileSync(file, hostilePage.html)
      const { page, requests, faults } = yield* openPage(yield* openBrowser, file)
      const { effects, hidden } = yield* hostileEffects(page, hostilePage)
      assert.deepStrictEqual({ effects, requests, faults }, { effects: [], requests: [], faults: [] })
      // Codes and marks go into the file that is saved, as do names of files.
      const saved = /^(?:fileName|campaign\.(?:id|mark)|items\.\d+\.code)$/u
      assert.deepStrictEqual(
        hidden.filter((place) => !saved.test(place)),
        [],
      )
    }).pipe(Effect.scoped),
  )

  it.live.each(["light", "dark"] as const)("has no serious barrier that axe knows, on a %s screen.", (colorScheme) =>
    Effect.gen(function* () {
      const { page } = yield* opened()
      yield* run(() => page.emulateMedia({ colorScheme }))
      for (const [at, words] of ["keep", "remove", "change", "disable the account"].entries()) {
        yield* run(() => decide(page, at + 1, words))
      }
      yield* run(() => page.getByRole("button", { name: "Download decisions" }).click())
      assert.deepStrictEqual(yield* seriousBarriers(page), [])
    }).pipe(Effect.scoped),
  )

  it.live("fits a narrow screen.", () =>
    Effect.gen(function* () {
      const { page } = yield* opened()
      yield* run(() => page.setViewportSize({ width: 390, height: 844 }))
      yield* run(() => decide(page, 1, "keep"))
      assert.strictEqual(yield* run(() => page.evaluate("document.documentElement.scrollWidth")), 390)
      assert.deepStrictEqual(yield* seriousBarriers(page), [])
    }).pipe(Effect.scoped),
  )

  it.live("holds 20,000 items: draws the rows of one page, and saves them all.", () =>
    Effect.gen(function* () {
      const { folder } = yield* campaignOf()
      const columns = ["Account", "Access", "Kind"]
      const items = Array.from({ length: 20_000 }, (_, at) => ({
        item: at + 1,
        code: `c${String(at).padStart(31, "0")}`,
        shown: columns.map((title) => `${title} of ${at}`),
        commentFor: ["change" as const],
        decision: "" as const,
        comment: "",
      }))
      const reviewer = { email: boss, name: "Boss", role: "" }
      const campaign = { id: "1", name: "2026-Q4", mark: "2026-Q4 (1)", workspace: undefined }
      const file = join(folder, "large.html")
      const part = { campaign, due: "2026-12-31", reviewer, columns, items, part: 2, parts: 3 }
      writeFileSync(file, yield* reviewerPage(part))
      const { page, faults } = yield* openPage(yield* openBrowser, file)
      assert.strictEqual(yield* run(() => page.locator("tbody tr").count()), 50)
      assert.include(yield* run(() => page.innerText("header")), "2 of 3")
      yield* run(() => page.getByRole("button", { name: "Keep all 20,000" }).click())
      assert.lengthOf(decisionsIn(yield* run(() => savedBy(page, "Download decisions", folder))), 20_000)
      yield* run(() => page.reload())
      assert.strictEqual(yield* run(() => page.locator("#how-far").innerText()), "20,000 of 20,000 decided")
      assert.deepStrictEqual(faults, [])
    }).pipe(Effect.scoped),
  )
})
