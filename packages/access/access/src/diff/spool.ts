// Changes, or other differences, on their way to a reader. They are found by id and read by section, and there can be millions: so each
// section waits in a file of its own, which has no name and is gone with the process.
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { StoreError, storeReasonOf } from "@rollcall/connector"
import type { Scope } from "effect"
import { Effect, Option, Stream } from "effect"

/** Bytes that are written and read at once. */
const chunk = 256 * 1024
/** Changes that are handed on at once. */
const changesAtOnce = 256
/** Each so many changes, it is kept where the next one begins. */
const changesBetweenMarks = 64

/** Where changes wait. */
export interface Spool<Id extends string, A> {
  readonly append: (changes: ReadonlyArray<A>) => Effect.Effect<void, StoreError>
  readonly counts: () => Readonly<Record<Id, number>>
  /** All that was appended, by section, in the order in which it was. */
  readonly changes: Stream.Stream<A, StoreError>
  /** Some of a section, which takes as long wherever they stand in it. */
  readonly page: (section: Id, place: PlaceInSection) => Effect.Effect<ReadonlyArray<A>, StoreError>
}

/** How changes are sorted. What is kept has to be as it was after JSON. */
export interface Sections<Id extends string, A> {
  /** In their order. */
  readonly ids: ReadonlyArray<Id>
  readonly of: (change: A) => Id
  /** Whether a change is counted, and not only a heading of those that follow it. */
  readonly isCounted: (change: A) => boolean
}

/** Which changes of a section are wanted: from which on, counted from 0, and how many at most. */
export interface PlaceInSection {
  readonly from: number
  readonly most: number
}

/** An empty spool that lasts as long as the scope. */
export const makeSpool = <Id extends string, A>(
  { ids, of, isCounted }: Sections<Id, A>,
  tempDirectory: string = tmpdir(),
): Effect.Effect<Spool<Id, A>, StoreError, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      attempt(tempDirectory, () => mkdtempSync(join(tempDirectory, "rollcall-diff-"))),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true })),
    ).pipe(
      Effect.flatMap((folder) =>
        Effect.acquireRelease(
          Effect.sync(
            () => new Map(ids.map((id, at) => [id, new SectionFile<A>(join(folder, String(at)), isCounted)])),
          ),
          (files) => Effect.sync(() => files.forEach((file) => file.close())),
        ),
      ),
    ),
    (files): Spool<Id, A> => ({
      append: (changes) =>
        attempt(tempDirectory, () => {
          for (const change of changes) files.get(of(change))?.append(change)
        }),
      counts: () => {
        const counts = ids.map((id) => [id, files.get(id)?.count ?? 0] as const)
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        return Object.fromEntries(counts) as Readonly<Record<Id, number>>
      },
      changes: Stream.flatMap(Stream.fromIterable(files.values()), (file) => pages(tempDirectory, file)),
      page: (section, place) => attempt(tempDirectory, () => files.get(section)?.page(place) ?? []),
    }),
  )

const pages = <A>(tempDirectory: string, file: SectionFile<A>): Stream.Stream<A, StoreError> =>
  Stream.suspend(() => {
    const changes = file.read()
    return Stream.paginate(undefined, () =>
      attempt(tempDirectory, () => {
        const page: Array<A> = []
        while (page.length < changesAtOnce) {
          const { value, done } = changes.next()
          if (done === true) return [page, Option.none()] as const
          page.push(value)
        }
        return [page, Option.some(undefined)] as const
      }),
    )
  })

/** The changes of one section. The file is made with the first of them. */
class SectionFile<A> {
  count = 0
  readonly #path: string
  readonly #isCounted: (change: A) => boolean
  #file: number | undefined
  #waiting = ""
  #size = 0
  /** Bytes up to the next change, be they in the file or waiting. */
  #end = 0
  #appended = 0
  readonly #marks: Array<number> = []

  constructor(path: string, isCounted: (change: A) => boolean) {
    this.#path = path
    this.#isCounted = isCounted
  }

  append(change: A): void {
    const line = `${JSON.stringify(change)}\n`
    if (this.#appended++ % changesBetweenMarks === 0) this.#marks.push(this.#end)
    this.#end += Buffer.byteLength(line)
    this.#waiting += line
    if (this.#isCounted(change)) this.count++
    if (this.#waiting.length >= chunk) this.#flush()
  }

  page({ from, most }: PlaceInSection): ReadonlyArray<A> {
    const mark = this.#marks[Math.floor(from / changesBetweenMarks)]
    const page: Array<A> = []
    if (mark === undefined) return page
    let skipped = from % changesBetweenMarks
    for (const change of this.read(mark)) {
      if (page.length >= most) break
      if (skipped > 0) skipped--
      else page.push(change)
    }
    return page
  }

  /** All changes from a byte on, at which one begins. */
  *read(begin = 0): Generator<A, void> {
    this.#flush()
    const decoder = new TextDecoder()
    const buffer = new Uint8Array(chunk)
    let text = ""
    for (let at = begin; at < this.#size;) {
      const read = readSync(this.#opened(), buffer, 0, chunk, at)
      at += read
      const lines = (text + decoder.decode(buffer.subarray(0, read), { stream: true })).split("\n")
      text = lines.pop() ?? ""
      for (const line of lines) yield JSON.parse(line)
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
  }

  #flush(): void {
    const bytes = Buffer.from(this.#waiting)
    this.#waiting = ""
    for (let at = 0; at < bytes.length;) {
      const written = writeSync(this.#opened(), bytes, at, bytes.length - at, this.#size)
      at += written
      this.#size += written
    }
  }

  #opened(): number {
    if (this.#file !== undefined) return this.#file
    this.#file = openSync(this.#path, "wx+", 0o600)
    // An open file needs no name. Windows keeps it until it is closed.
    if (process.platform !== "win32") rmSync(this.#path)
    return this.#file
  }
}

const attempt = <A>(folder: string, work: () => A): Effect.Effect<A, StoreError> =>
  Effect.try({
    try: work,
    catch: (cause) => {
      const reason = storeReasonOf(cause)
      return new StoreError({
        reason,
        message: `The changes could not be kept in ${folder}: ${reason === "DiskFull" ? "it is full" : "it cannot be written"}.`,
        hint: "Point TMPDIR to a folder with space in which this user may write.",
        cause,
      })
    },
  })
