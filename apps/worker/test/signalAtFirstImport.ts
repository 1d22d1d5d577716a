// Given to Node with `--import`: sends the process SIGTERM as soon as the program's first file imports another.
import { registerHooks } from "node:module"
import { basename } from "node:path"

const isMain = (url: string | undefined) => url !== undefined && /^main\.m?[jt]s$/u.test(basename(url))

let isSent = false
registerHooks({
  resolve: (specifier, context, next) => {
    if (!isSent && isMain(context.parentURL)) {
      isSent = true
      process.stdout.write(`a signal while ${basename(context.parentURL ?? "")} imports\n`)
      process.kill(process.pid, "SIGTERM")
    }
    return next(specifier, context)
  },
})
