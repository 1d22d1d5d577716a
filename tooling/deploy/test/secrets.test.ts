// The recipes of docs/secrets-kubernetes.md: what their operators make is what the pod of their values asks for, by the names and keys of both.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { appFields, environmentName, namesOf } from "@rollcall/config"
import { builtIn, connectorFields } from "@rollcall/host"
import { assert, describe, it } from "vitest"
import { parse } from "yaml"
import type { KubernetesObject } from "./kubernetesObject.ts"
import { containerOf, deployFolder, deploymentIn, objectsIn } from "./kubernetesObject.ts"
import { findProgram, renderChart } from "./render.ts"
import { lookUp } from "./renderings/rendering.ts"

const image = { repository: "registry.example.com/rollcall-worker", tag: "1.0.0" }
const page = readFileSync(join(deployFolder, "../docs/secrets-kubernetes.md"), "utf8")

/** A recipe: commands, objects and values, which end it. */
interface Recipe {
  readonly commands: string
  readonly objects: ReadonlyArray<KubernetesObject>
  readonly values: object
}

const recipes = [...page.matchAll(/^```(sh|yaml)\n([\s\S]*?)^```$/gmu)].reduce<{
  readonly done: ReadonlyArray<Recipe>
  readonly commands: string
  readonly objects: ReadonlyArray<KubernetesObject>
}>(
  ({ done, commands, objects }, [, language, text = ""]) => {
    if (language === "sh") return { done, commands: commands + text, objects }
    if (!text.startsWith("# rollcall-values.yaml")) return { done, commands, objects: [...objects, ...objectsIn(text)] }
    const values: object = parse(text)
    return { done: [...done, { commands, objects, values }], commands: "", objects: [] }
  },
  { done: [], commands: "", objects: [] },
).done

const textIn = (object: object, at: string): string | undefined => {
  const found = lookUp(object, at)
  return typeof found === "string" ? found : undefined
}
const textAt = (object: object, at: string): string => textIn(object, at) ?? assert.fail(`there is no ${at}`)
const listAt = (object: object, at: string): ReadonlyArray<object> => {
  const found = lookUp(object, at)
  return Array.isArray(found) ? found : []
}

/** The keys of what is in Vault at a path, by the commands. */
const inVault = (commands: string, path: string): ReadonlyArray<string> => {
  const [, put = ""] = new RegExp(`^vault kv put secret/${path} (.*)$`, "mu").exec(commands) ?? []
  return [...put.matchAll(/([\w.-]+)=/gu)].map(([, key = ""]) => key)
}

/** The Secrets that a recipe makes, with their keys; `undefined` where these are whatever the vault has. */
const madeBy = ({ commands, objects }: Recipe): ReadonlyMap<string, ReadonlyArray<string> | undefined> => {
  const made = new Map<string, ReadonlyArray<string> | undefined>()
  for (const object of objects) {
    if (object.kind === "ExternalSecret") {
      const keys = listAt(object, "spec data").map((entry) => textAt(entry, "secretKey"))
      made.set(textAt(object, "spec target name"), listAt(object, "spec dataFrom").length > 0 ? undefined : keys)
    } else if (object.kind === "VaultStaticSecret") {
      made.set(textAt(object, "spec destination name"), inVault(commands, textAt(object, "spec path")))
    }
  }
  for (const [, name = "", literals = ""] of commands.matchAll(
    /create secret generic (\S+) .*?((?:--from-literal=\S+ ?)+)/gu,
  )) {
    made.set(
      name,
      [...literals.matchAll(/--from-literal=(\w+)=/gu)].map(([, key = ""]) => key),
    )
  }
  return made
}

const known = new Set([
  ...[...appFields, ...connectorFields(builtIn)].flatMap(namesOf).map(environmentName),
  // The storage's own.
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
])

describe.skipIf(findProgram("helm") === undefined)("the recipes for secrets (skipped where there is no helm)", () => {
  it("are four: two of External Secrets, Vault's operator, and Vault's agent", () => {
    assert.lengthOf(recipes, 4)
  })

  it.for(recipes.map((recipe): [string, Recipe] => [[...madeBy(recipe).keys()].join(", "), recipe]))(
    "make what the pod asks for, and nothing else: %s",
    ([, recipe]) => {
      const { objects, complaint } = renderChart("rollcall", { image, ...recipe.values })
      assert.strictEqual(complaint, "")
      const deployment = deploymentIn(objects)
      const { env = [], envFrom = [], volumeMounts = [] } = containerOf(deployment)
      const made = madeBy(recipe)
      const used = new Set<string>()
      const keysOf = (secret: string) => {
        assert.isTrue(made.has(secret), `nothing makes the Secret ${secret}`)
        used.add(secret)
        return made.get(secret)
      }

      for (const { secretRef } of envFrom) {
        for (const key of keysOf(secretRef.name) ?? []) assert.isTrue(known.has(key), key)
      }
      for (const variable of env) {
        const name = textIn(variable, "valueFrom secretKeyRef name")
        if (name !== undefined) assert.include(keysOf(name) ?? [], textAt(variable, "valueFrom secretKeyRef key"))
      }
      const files = env.flatMap(({ name, value = "" }) => (name.endsWith("_FILE") ? [value] : []))
      for (const volume of listAt(deployment, "pod volumes")) {
        const secret = textIn(volume, "secret secretName")
        if (secret === undefined) continue
        const mount = textAt({ volumeMounts }, `volumeMounts name=${textAt(volume, "name")} mountPath`)
        const named = files.flatMap((file) => (file.startsWith(`${mount}/`) ? [file.slice(`${mount}/`.length)] : []))
        const keys = keysOf(secret)
        if (keys !== undefined) assert.includeMembers([...keys], named)
        // All that is mounted for single settings is named by one.
        if (mount === "/etc/rollcall") assert.sameMembers([...(keys ?? [])], named)
      }
      assert.sameMembers([...used], [...made.keys()])
      for (const { name } of env.filter((one) => one.name.startsWith("BATON_"))) assert.isTrue(known.has(name), name)

      for (const object of recipe.objects) {
        assert.strictEqual(lookUp(object, "metadata namespace"), "rollcall")
        if (object.kind === "VaultAuth") {
          assert.strictEqual(
            lookUp(object, "spec kubernetes serviceAccount"),
            lookUp(deployment, "pod serviceAccountName"),
          )
        }
        for (const target of listAt(object, "spec rolloutRestartTargets")) {
          assert.deepInclude(target, { kind: "Deployment", name: deployment.metadata.name })
        }
      }
    },
  )

  it("have Vault's agent write the files that are read, with a token that the worker does not see", () => {
    const [{ commands, values } = assert.fail("there is none")] = recipes.slice(-1)
    const { objects } = renderChart("rollcall", { image, ...values })
    const deployment = deploymentIn(objects)
    const { env = [], volumeMounts = [] } = containerOf(deployment)
    const annotations = deployment.spec.template.metadata.annotations ?? {}
    const annotation = (name: string) => annotations[`vault.hashicorp.com/${name}`] ?? assert.fail(name)
    const files = env.flatMap(({ value = "" }) => /^\/vault\/secrets\/(.+)$/u.exec(value)?.[1] ?? [])
    assert.lengthOf(files, 2)
    for (const file of files) {
      const path = annotation(`agent-inject-secret-${file}`)
      const [, from, key = ""] =
        /secret "([^"]+)".*\.Data\.data "([^"]+)"/u.exec(annotation(`agent-inject-template-${file}`)) ?? []
      assert.strictEqual(from, path)
      assert.include(inVault(commands, path.replace("secret/data/", "")), key)
    }
    const token = annotation("agent-service-account-token-volume-name")
    const volume = listAt(deployment, "pod volumes").find((one) => Reflect.get(one, "name") === token)
    assert.strictEqual(lookUp(volume ?? {}, "projected sources 0 serviceAccountToken audience"), "vault")
    assert.notInclude(JSON.stringify(volumeMounts), token)
    assert.strictEqual(lookUp(deployment, "pod automountServiceAccountToken"), false)
    assert.strictEqual(lookUp(deployment, "pod serviceAccountName"), "rollcall")
  })
})
