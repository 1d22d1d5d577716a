// Runs the forge until it is stopped, and prints what a sync in another terminal needs.
import { startForge } from "./forgeServer.ts"

const forge = await startForge({ port: 4880 })
console.log(`A code host with ${forge.users.size} users runs at ${forge.url} until you press Ctrl+C. In another terminal:

  export FORGE_TOKEN=${forge.token()} BATON_CONNECTOR=./examples/forge
  npx -y pnpm@12.21.0 --silent rollcall sync`)
