// The script of a page, bundled from its TypeScript: what `pnpm page-scripts` writes, and what a test makes for a page of its own.
import { dirname } from "node:path"
import { rolldown } from "rolldown"

/** A source of a page as one script without imports, not minified, so that whoever is given the page can read it. */
export const pageScriptOf = async (source: string): Promise<string> => {
  const bundle = await rolldown({ input: source, cwd: dirname(source), platform: "browser", tsconfig: false })
  const { output } = await bundle.generate({ format: "iife", minify: false, comments: false })
  await bundle.close()
  const script = output[0].code.replaceAll(/^\s*\/\/#(?:end)?region.*\n/gmu, "")
  if (/<\/script|<!--/iu.test(script))
    throw new Error(`${source}: its script holds what ends or hides a script element.`)
  return script
}
