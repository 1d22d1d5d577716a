// `SHA256SUMS`, as `sha256sum --check` reads it: one line for each file of a release.
import { createHash } from "node:crypto"
import { createReadStream, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const checksumsFile = "SHA256SUMS"

/** Whether a file of a release is a signature, by its name. */
export const isSignature = (name: string): boolean => /\.(?:minisig|sig|sigstore\.json)$/u.test(name)

const hashOf = async (path: string): Promise<string> => {
  const hash = createHash("sha256")
  for await (const block of createReadStream(path)) hash.update(block)
  return hash.digest("hex")
}

/** The hash of each file of a folder by its name; signatures and the sums themselves are left out. */
export const hashesIn = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const hashes = new Map<string, string>()
  const names = readdirSync(folder, { withFileTypes: true }).flatMap((it) => (it.isFile() ? [it.name] : []))
  for (const name of names.toSorted()) {
    if (name !== checksumsFile && !isSignature(name)) {
      hashes.set(name, await hashOf(join(folder, name)))
    }
  }
  return hashes
}

/** Writes the sums of all files that stand in a folder. */
export const writeChecksums = async (folder: string): Promise<void> => {
  const lines = [...(await hashesIn(folder))].map(([name, hash]) => `${hash}  ${name}\n`)
  writeFileSync(join(folder, checksumsFile), lines.join(""))
}

/** What differs between two folders, one sentence each, by the sums that they hold. */
export const differencesOf = (one: string, other: string): ReadonlyArray<string> => {
  const [first, second] = [one, other].map((folder) => sumsOf(folder))
  const names = new Set([...first!.keys(), ...second!.keys()])
  return [...names].toSorted().flatMap((name) => {
    if (first!.get(name) === second!.get(name)) return []
    if (!first!.has(name)) return [`${name} was made the second time alone`]
    return [second!.has(name) ? `${name} came out differently` : `${name} was made the first time alone`]
  })
}

/** Which files of a folder are not what its sums say, one sentence each. */
export const wrongSums = async (folder: string): Promise<ReadonlyArray<string>> => {
  if (!existsSync(join(folder, checksumsFile))) return [`${folder} has no ${checksumsFile}: it holds no release.`]
  const [found, said] = [await hashesIn(folder), sumsOf(folder)]
  const names = [...new Set([...found.keys(), ...said.keys()])].toSorted()
  return names.flatMap((name) => {
    if (found.get(name) === said.get(name)) return []
    if (!said.has(name)) return [`${name} is not in ${checksumsFile}`]
    return [found.has(name) ? `${name} is not what ${checksumsFile} says` : `${name} is missing`]
  })
}

const sumsOf = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readFileSync(join(folder, checksumsFile), "utf8")
      .split("\n")
      .flatMap((line) => (line === "" ? [] : [[line.slice(66), line.slice(0, 64)] as const])),
  )
