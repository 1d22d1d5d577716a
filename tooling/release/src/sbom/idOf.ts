import { createHash } from "node:crypto"
import type { Release } from "../Release.ts"
import type { Inventory } from "./Inventory.ts"

/** A UUID (version 8 of RFC 9562) that an inventory of a commit has, whenever and wherever it is made. */
export const idOf = (release: Release, inventory: Inventory): string => {
  const hash = createHash("sha256").update(`${release.commit} ${release.version} ${inventory.name}`).digest("hex")
  const variant = "89ab"[Number.parseInt(hash[16] ?? "", 16) % 4]
  const [first, second, third] = [hash.slice(0, 8), hash.slice(8, 12), hash.slice(13, 16)]
  return `${first}-${second}-8${third}-${variant}${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}
