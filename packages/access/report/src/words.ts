// Texts that many rows of a page share, such as statuses and roles: a row has the number of one that came before. Without imports, since
// the program writes them and the script of the page reads them.

/** A text where it comes first, and its number where it comes again. */
export type Word = string | number

/** Words that are numbered. */
const most = 10_000

/** Numbers words as they come. */
export const wordWriter = (): ((text: string) => Word) => {
  const numbers = new Map<string, number>()
  return (text) => {
    const number = numbers.get(text)
    if (number === undefined && numbers.size < most) numbers.set(text, numbers.size)
    return number ?? text
  }
}

/** Reads words in the order in which they were written. */
export const wordReader = (): ((word: Word) => string) => {
  const words: Array<string> = []
  return (word) => {
    if (typeof word === "number") return words[word] ?? ""
    if (words.length < most) words.push(word)
    return word
  }
}
