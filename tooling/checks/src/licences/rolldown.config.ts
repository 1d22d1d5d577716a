// Puts the licences of what an app bundles next to its bundle. The rest of the options are those of the app's build script.
import { defineConfig } from "rolldown"
import { licencesFile, packageFolders, thirdParty } from "./thirdParty.ts"

// oxlint-disable-next-line import/no-default-export -- the form in which rolldown reads it
export default defineConfig({
  input: "src/main.ts",
  plugins: [
    {
      name: "third-party-licences",
      generateBundle(_, bundle) {
        const modules = Object.values(bundle).flatMap((output) => (output.type === "chunk" ? output.moduleIds : []))
        const { text, faults } = thirdParty(packageFolders(modules))
        if (faults.length > 0) this.error(faults.join("\n"))
        this.emitFile({ type: "asset", fileName: licencesFile, source: text })
      },
    },
  ],
})
