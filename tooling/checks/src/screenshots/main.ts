// Makes the pictures of the documentation from a simulated workspace: `pnpm screenshots`, or `pnpm screenshots NAME` for one of them. It
// needs a Chromium, as the tests of pages do.
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { openBrowser, watchedPage } from "@rollcall/test-kit/chromium"
import { Console, Effect } from "effect"
import { pictures } from "./pictures.ts"
import { syncedBookshop } from "./syncedBookshop.ts"

/** Bytes that a picture may have: a clone has all of them. */
const mostBytes = 200_000

const folder = fileURLToPath(new URL("../../../../docs/pictures/", import.meta.url))
const names = process.argv.slice(2)

const program = Effect.gen(function* () {
  const shop = yield* syncedBookshop
  const browser = yield* openBrowser
  mkdirSync(folder, { recursive: true })
  for (const { name, height, open } of pictures.filter((it) => names.length === 0 || names.includes(it.name))) {
    const { page } = yield* watchedPage(browser, { viewport: { width: 1280, height }, colorScheme: "light" })
    yield* open(page, shop)
    const picture = yield* Effect.promise(() => page.screenshot())
    if (picture.length > mostBytes)
      return yield* Effect.die(new Error(`${name}.png has ${picture.length} bytes, more than ${mostBytes}.`))
    writeFileSync(join(folder, `${name}.png`), picture)
    yield* Console.log(`docs/pictures/${name}.png: ${picture.length} bytes`)
  }
})

await Effect.runPromise(Effect.scoped(program))
