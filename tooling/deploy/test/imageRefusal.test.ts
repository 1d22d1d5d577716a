// Where an image can be prepared: on Linux, with the Node of the lockfile, which the tests run on.
import { assert, describe, it } from "vitest"
import { imageRefusal } from "../src/image/prepareImage.ts"

const { version } = process

describe("an image is prepared", () => {
  it.for(["x64", "arm64"] as const)("on Linux with the Node of the lockfile, for %s", (arch) => {
    assert.isUndefined(imageRefusal({ platform: "linux", arch, version }))
  })

  it.for([
    ["another system", { platform: "darwin", arch: "arm64", version }, /this one runs darwin/],
    ["another processor", { platform: "linux", arch: "s390x", version }, /no Node for Linux on s390x/],
    [
      "another Node",
      { platform: "linux", arch: "x64", version: "v20.20.2" },
      /this is v20\.20\.2\. Run it with: npx -y pnpm@\S+ image/,
    ],
  ] as const)("not on %s, and the refusal says what to do", ([, machine, told]) => {
    assert.match(imageRefusal(machine) ?? "", told)
  })
})
