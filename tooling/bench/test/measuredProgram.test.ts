// Processor time is counted here, not time by the clock: a program that works for so long takes as much on any machine.
import { describe, expect, it } from "@effect/vitest"
import { measureProgram } from "../src/measuredProgram.ts"

/** A program that works for 0.3 s of processor time. */
const works = "for (let took = 0; took < 3e5; took = process.cpuUsage().user + process.cpuUsage().system);"
const inAChild = `require("node:child_process").execFileSync(process.execPath, ["-e", ${JSON.stringify(works)}])`

describe.skipIf(process.platform !== "linux")("what a program took (skipped where it is not Linux)", () => {
  it("counts what a process did that the program had started", async () => {
    const { processorSeconds } = await measureProgram({ command: [process.execPath, "-e", inAChild] })
    expect(processorSeconds).toBeGreaterThan(0.3)
  })

  it("adds the peak memory of all its processes", async () => {
    const one = await measureProgram({ command: [process.execPath, "-e", works] })
    const two = await measureProgram({ command: [process.execPath, "-e", inAChild] })
    expect(one.peakMegabytes).toBeGreaterThan(20)
    expect(two.peakMegabytes).toBeGreaterThan(1.5 * one.peakMegabytes)
  })

  it("adds that of a process which another thread started", async () => {
    const inAThread = `new (require("node:worker_threads").Worker)(${JSON.stringify(inAChild)}, { eval: true })`
    const one = await measureProgram({ command: [process.execPath, "-e", works] })
    const two = await measureProgram({ command: [process.execPath, "-e", inAThread] })
    expect(two.peakMegabytes).toBeGreaterThan(1.5 * one.peakMegabytes)
  })

  it("rejects with what was said where a program fails", async () => {
    const failing = { command: [process.execPath, "-e", 'console.error("no such file"); process.exit(74)'] }
    await expect(measureProgram(failing)).rejects.toThrow(/ended with 74:\nno such file/u)
    await expect(measureProgram({ ...failing, endsWith: [74] })).resolves.toMatchObject({})
  })
})
