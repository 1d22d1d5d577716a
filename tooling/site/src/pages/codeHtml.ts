// A block of code. Comments and prompts look softer than what is typed; more than that no language gets.
import { escapeHtml } from "./escapeHtml.ts"

/** What begins a comment up to the end of the line, by language. */
const comments: Readonly<Record<string, RegExp>> = {
  sh: /(?<=^|\s)#(?!!).*/gmu,
  yaml: /(?<=^|\s)#.*/gmu,
  ts: /(?<=^|\s)\/\/.*/gmu,
  sql: /(?<=^|\s)--.*/gmu,
  // What was printed; what was typed stands behind a prompt.
  console: /^(?!\$ ).+/gmu,
}

/** A block as HTML. `language` is the word behind the fence, such as `sh`. */
export const codeHtml = (language: string, code: string): string => {
  const soft = comments[language]
  let html = ""
  let end = 0
  for (const { index, 0: found } of soft === undefined ? [] : code.matchAll(soft)) {
    html += `${escapeHtml(code.slice(end, index))}<span class="soft">${escapeHtml(found)}</span>`
    end = index + found.length
  }
  html += escapeHtml(code.slice(end))
  return `<div class="code" data-language="${escapeHtml(language)}"><pre><code>${html}</code></pre></div>\n`
}
