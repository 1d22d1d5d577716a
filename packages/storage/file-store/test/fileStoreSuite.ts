// What every store of published files holds to, for any layer of one: an empty store for each test.
import { randomBytes } from "node:crypto"
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import type { Layer, Scope } from "effect"
import { Effect } from "effect"
import { FileStore } from "../src/index.ts"

/** Says what a store holds to. */
export const fileStoreSuite = (
  which: string,
  emptyStore: Effect.Effect<Layer.Layer<FileStore, unknown>, never, Scope.Scope>,
): void => {
  const world = <A, E>(
    test: (place: {
      readonly store: FileStore["Service"]
      readonly local: (name: string, content?: string | Buffer) => string
    }) => Effect.Effect<A, E>,
  ) =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("files")
      const local = (name: string, content?: string | Buffer) => {
        const path = join(folder, name)
        if (content !== undefined) writeFileSync(path, content, { mode: 0o644 })
        return path
      }
      const layer = yield* emptyStore
      return yield* FileStore.use((store) => test({ store, local })).pipe(Effect.provide(layer))
    }).pipe(Effect.scoped)

  describe(`a store of published files, ${which},`, () => {
    it.live("brings back what was stored, for this user alone, in place of a local file", () =>
      world(({ store, local }) =>
        Effect.gen(function* () {
          const content = randomBytes(300_000)
          yield* store.put("acme/2026-10-01.e1.c1z", local("mine", content))
          const fetched = local("fetched", "something else")
          yield* store.get("acme/2026-10-01.e1.c1z", fetched)
          assert.isTrue(readFileSync(fetched).equals(content))
          assert.strictEqual(statSync(fetched).mode & 0o777, 0o600)
          yield* store.put("empty", local("nothing", ""))
          yield* store.get("empty", fetched)
          assert.strictEqual(statSync(fetched).size, 0)
        }),
      ),
    )

    it.live("refuses a name that is taken, and keeps what is there", () =>
      world(({ store, local }) =>
        Effect.gen(function* () {
          yield* store.put("acme/e1.c1z", local("one", "one"))
          for (const content of ["another", "one"]) {
            const error = yield* Effect.flip(store.put("acme/e1.c1z", local("two", content)))
            assert.deepStrictEqual([error.reason, error.kind], ["Exists", "cannotWrite"])
            assert.include(error.message, "acme/e1.c1z")
          }
          yield* store.get("acme/e1.c1z", local("fetched"))
          assert.strictEqual(readFileSync(local("fetched"), "utf8"), "one")
        }),
      ),
    )

    it.live("lets exactly one of several writers that are there at once have a name, and its file is whole", () =>
      world(({ store, local }) =>
        Effect.gen(function* () {
          for (const round of [1, 2, 3]) {
            const writers = ["a", "b", "c", "d"].map((letter) => local(letter, letter.repeat(200_000)))
            const results = yield* Effect.forEach(writers, (path) => Effect.result(store.put(`round${round}`, path)), {
              concurrency: "unbounded",
            })
            const won = writers.filter((_, at) => results[at]?._tag === "Success")
            assert.lengthOf(won, 1)
            for (const one of results) if (one._tag === "Failure") assert.strictEqual(one.failure.reason, "Exists")
            yield* store.get(`round${round}`, local("fetched"))
            assert.isTrue(readFileSync(local("fetched")).equals(readFileSync(won[0] ?? "")))
          }
        }),
      ),
    )

    it.live("shows a file under a plain name until that shows another", () =>
      world(({ store, local }) =>
        Effect.gen(function* () {
          const shown = Effect.map(store.get("acme/sync.c1z", local("shown")), () =>
            readFileSync(local("shown"), "utf8"),
          )
          yield* store.put("acme/e1.c1z", local("one", "one"))
          yield* store.put("acme/e2.c1z", local("two", "the second"))
          for (const [name, content] of [
            ["acme/e1.c1z", "one"],
            ["acme/e2.c1z", "the second"],
            ["acme/e2.c1z", "the second"],
            ["acme/e1.c1z", "one"],
          ] as const) {
            yield* store.show("acme/sync.c1z", name)
            assert.strictEqual(yield* shown, content)
          }
          const error = yield* Effect.flip(store.show("acme/sync.c1z", "acme/e3.c1z"))
          assert.strictEqual(error.reason, "NotFound")
          assert.include(error.message, "acme/e3.c1z")
          yield* store.remove("acme/e1.c1z")
          assert.strictEqual(yield* shown, "one")
        }),
      ),
    )

    it.live("lists the names that begin with some letters, in order, and none that was removed", () =>
      world(({ store, local }) =>
        Effect.gen(function* () {
          const path = local("one", "one")
          assert.deepStrictEqual(yield* store.names(""), [])
          yield* store.remove("acme/2.c1z")
          for (const name of ["acme/2.c1z", "acme/10.c1z", "acme-b/1.c1z", "b/c/d", "top"]) yield* store.put(name, path)
          yield* store.show("acme/sync.c1z", "top")
          const all = ["acme-b/1.c1z", "acme/10.c1z", "acme/2.c1z", "acme/sync.c1z", "b/c/d", "top"]
          assert.deepStrictEqual(yield* store.names(""), all)
          assert.deepStrictEqual(yield* store.names("acme/"), ["acme/10.c1z", "acme/2.c1z", "acme/sync.c1z"])
          assert.deepStrictEqual(yield* store.names("acme/1"), ["acme/10.c1z"])
          assert.deepStrictEqual(yield* store.names("b/c"), ["b/c/d"])
          assert.deepStrictEqual(yield* store.names("../"), [])
          yield* store.remove("acme/2.c1z")
          assert.deepStrictEqual(yield* store.names("acme/"), ["acme/10.c1z", "acme/sync.c1z"])
        }),
      ),
    )

    it.live("says that there is no such file, and leaves the local one as it is", () =>
      world(({ store, local }) =>
        Effect.gen(function* () {
          const path = local("mine", "mine")
          const error = yield* Effect.flip(store.get("acme/none.c1z", path))
          assert.strictEqual(error.reason, "NotFound")
          assert.match(error.message, /^There is no file acme\/none\.c1z in /u)
          assert.strictEqual(readFileSync(path, "utf8"), "mine")
        }),
      ),
    )

    it.live("names the local file or folder that is not there", () =>
      world(({ store, local }) =>
        Effect.gen(function* () {
          const missing = local("missing")
          const put = yield* Effect.flip(store.put("acme/e1.c1z", missing))
          assert.deepStrictEqual([put.reason, put.path], ["NotFound", missing])
          assert.deepStrictEqual(yield* store.names(""), [])
          yield* store.put("acme/e1.c1z", local("one", "one"))
          const target = join(missing, "file")
          const get = yield* Effect.flip(store.get("acme/e1.c1z", target))
          assert.deepStrictEqual([get.reason, get.path], ["NotFound", target])
        }),
      ),
    )

    it.live("refuses names that lead elsewhere, or that not every store can have", () =>
      world(({ store, local }) =>
        Effect.gen(function* () {
          const path = local("one", "one")
          yield* store.put("fine", path)
          const names = [
            "",
            "/a",
            "a/",
            "a//b",
            "../a",
            "a/../b",
            ".a",
            "a/.b",
            "a b",
            "a\0",
            "ä",
            "a\\b",
            "x".repeat(201),
          ]
          for (const name of [...names, `${"x".repeat(150)}/`.repeat(4) + "x"]) {
            for (const refused of [
              store.put(name, path),
              store.get(name, path),
              store.show(name, "fine"),
              store.show("plain", name),
              store.remove(name),
            ]) {
              const error = yield* Effect.flip(refused)
              assert.strictEqual(error.kind, "configuration", JSON.stringify(name))
            }
          }
          assert.deepStrictEqual(yield* store.names(""), ["fine"])
          assert.isFalse(existsSync(`${path}.tmp`))
        }),
      ),
    )
  })
}
