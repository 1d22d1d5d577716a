// The entry of a binary, which is the command and the worker: the worker where it is called `rollcall-worker`, or where its first argument
// is `worker`. Neither loads anything of the other.
import { basename } from "node:path"

const isCalledSo = basename(process.argv0).startsWith("rollcall-worker")
const isToldSo = !isCalledSo && process.argv[2] === "worker"
if (isToldSo) process.argv.splice(2, 1)
await import(isCalledSo || isToldSo ? "./rollcall-worker/main.mjs" : "./rollcall/main.mjs")
