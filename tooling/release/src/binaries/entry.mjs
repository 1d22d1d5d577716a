// The entry of a binary, which is the command and the worker: the worker where it is called `rollcall-worker`, or where its first argument
// is `worker`. Neither loads anything of the other.
import fs from "node:fs"
import { basename } from "node:path"

// Node 26.10 forgot it where a program has files inside: a stream that writes several pieces at once would end the process
// (findings/node-program-without-writev.sh). One piece does the same. (It forgot `readv` too, which nothing here calls.)
fs.writev = (file, pieces, position, done = position) =>
  fs.write(
    file,
    Buffer.concat(pieces),
    0,
    undefined,
    typeof position === "number" ? position : null,
    (error, written) => done(error, written, pieces),
  )

const isCalledSo = basename(process.argv0).startsWith("rollcall-worker")
const isToldSo = !isCalledSo && process.argv[2] === "worker"
if (isToldSo) process.argv.splice(2, 1)
await import(isCalledSo || isToldSo ? "./rollcall-worker/main.mjs" : "./rollcall/main.mjs")
