// Ids of syncs and of invocations: KSUIDs, as the Go SDK makes them. They sort by the second in which they were made.
// https://github.com/segmentio/ksuid
import { Clock, Effect, Random } from "effect"

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
const epochInSeconds = 1_400_000_000
const textLength = 27

/** The text of a KSUID's 20 bytes: base 62, padded to 27 digits. */
export const formatKsuid = (bytes: Uint8Array): string => {
  let rest = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
  let text = ""
  while (rest > 0n) {
    text = digits.charAt(Number(rest % 62n)) + text
    rest /= 62n
  }
  return text.padStart(textLength, "0")
}

/** A new KSUID, from the runtime's clock and randomness. */
export const makeKsuid: Effect.Effect<string> = Effect.gen(function* () {
  const now = yield* Clock.currentTimeMillis
  const bytes = new Uint8Array(20)
  new DataView(bytes.buffer).setUint32(0, Math.floor(now / 1000) - epochInSeconds)
  for (let i = 4; i < bytes.length; i++) bytes[i] = yield* Random.nextIntBetween(0, 255)
  return formatKsuid(bytes)
})
