// Programs for the image's Node, each of which prints JSON: what is there, who runs it, what can be written.

/** Lists the programs of the image: all that can be executed and is no library. */
export const programsInside = `
  const { readdirSync, statSync } = require("node:fs")
  const found = []
  const look = (folder) => {
    for (const { name, parentPath } of readdirSync(folder, { withFileTypes: true })) {
      const path = (parentPath + "/" + name).replace("//", "/")
      if (/^\\/(proc|sys|dev|run)$/.test(path)) continue
      const status = statSync(path)
      if (status.isDirectory()) look(path)
      else if (status.mode & 0o111 && !/\\.so(\\.\\d+)*$/.test(name)) found.push(path)
    }
  }
  look("/")
  console.log(JSON.stringify(found))
`

const foldersToWrite = ["/", "/etc", "/opt/rollcall", "/usr/local/bin", "/var/lib", "/var/lib/rollcall"]
/** Lists which of some folders can be written. */
export const writingInside = `
  const { writeFileSync } = require("node:fs")
  const write = (folder) => {
    try {
      writeFileSync(folder + "/written", "")
      return true
    } catch {
      return false
    }
  }
  console.log(JSON.stringify(${JSON.stringify(foldersToWrite)}.filter(write)))
`

/** Tells who runs it, and whether the usual certificates are believed. */
export const identityInside = `
  const { rootCertificates } = require("node:tls")
  const { userInfo } = require("node:os")
  console.log(JSON.stringify({ uid: process.getuid(), name: userInfo().username, trusts: rootCertificates.length > 100 }))
`
