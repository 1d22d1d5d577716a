// The licences of the system's libraries that an image holds: the C library and the runtime of the C++ compiler. The system
// that prepares the image has their texts; where it keeps them is known for those of Debian, Fedora and their kin.
import { execFileSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs"
import { join } from "node:path"

/** Where they stand in the image. */
export const libraryLicencesFile = "usr/local/share/licences/LIBRARIES"

const rule = `\n${"-".repeat(80)}\n`

/** One text with the licence of each of these libraries. */
export const libraryLicences = (libraries: ReadonlyArray<string>): string => {
  const byText = new Map<string, Array<string>>()
  for (const library of libraries) {
    const text = textOfPackage(library) ?? knownLicence(library)
    byText.set(text, [...(byText.get(text) ?? []), library])
  }
  const texts = [...byText].map(([text, named]) => `${named.join("\n")}\n\n${text.trim()}\n`)
  return [...texts, ...commonTexts(texts.join(""))].join(rule)
}

const textOfPackage = (library: string): string | undefined => {
  const files = [library, realpathSync(library), `/usr${library}`]
  for (const file of files) {
    const debian = /^([^:,\s]+)/.exec(output("dpkg-query", "-S", file))?.[1]
    const copyright = `/usr/share/doc/${debian ?? ""}/copyright`
    if (debian !== undefined && existsSync(copyright)) return readFileSync(copyright, "utf8")
    const folder = join("/usr/share/licenses", output("rpm", "-qf", "--queryformat", "%{NAME}", file) || "none")
    if (existsSync(folder)) {
      return readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => readFileSync(join(folder, name), "utf8").trim())
        .join("\n\n")
    }
  }
  return undefined
}

/** What a program prints; nothing where it fails or is not there. */
const output = (program: string, ...args: ReadonlyArray<string>): string => {
  try {
    return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
  } catch {
    return ""
  }
}

const knownLicence = (library: string): string =>
  /\/lib(?:stdc\+\+|gcc_s|atomic)\./.test(library)
    ? "GPL-3.0-or-later WITH GCC-exception-3.1: https://gcc.gnu.org/onlinedocs/libstdc++/manual/license.html"
    : "LGPL-2.1-or-later: https://www.gnu.org/software/libc/"

/** Debian keeps the texts that many packages refer to in one place. */
const commonTexts = (texts: string): ReadonlyArray<string> => {
  const named = [...texts.matchAll(/\/usr\/share\/common-licenses\/[\w.-]*\w/g)].map(([path]) => path)
  return [...new Set(named)]
    .filter((path) => existsSync(path))
    .map((path) => `${path}\n\n${readFileSync(path, "utf8").trim()}\n`)
}
