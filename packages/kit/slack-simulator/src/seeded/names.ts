// Names for seeded people, in many scripts: accents, right-to-left writing, characters outside the first Unicode plane,
// the longest name that Slack takes, and text that would harm a terminal, a table or a database which trusts it.
import type { Quirk } from "./memberKinds.ts"
import { choose, type Hash } from "./hash.ts"

export interface PersonName {
  readonly first: string
  readonly last: string
  /** The whole name in the order of its language. */
  readonly full: string
  /** A short text for handles and addresses: Latin letters where the script has them. */
  readonly handle: string
}

interface Script {
  readonly given: ReadonlyArray<string>
  readonly family: ReadonlyArray<string>
  readonly familyFirst?: boolean
  /** Handles in the script itself: Slack takes them. */
  readonly ownHandles?: boolean
}

const words = (text: string) => text.split(" ")

const latin: Script = {
  given: words(
    "Ada Bruno Carla David Emma Farid Grace Hugo Ines Jonas Kira Liam Maya Noah Olga Paul Rosa Sam Tara Uma",
  ),
  family: words(
    "Allen Becker Costa Dubois Evans Fischer Garcia Hansen Ivanov Jones Keller Lopez Moreau Novak Okafor Patel",
  ),
}
const scripts: ReadonlyArray<Script> = [
  latin,
  latin,
  latin,
  {
    given: words("Zoë François Łukasz Søren Jürgen Núria Åsa İrem Štěpán Éloïse Ștefan Đorđe"),
    family: words(
      "O'Brien Müller Łovelace Nuñez D'Angelo Çelik Ødegård Dvořák Nguyễn Săvulescu Þórsson Guðmundsdóttir",
    ),
  },
  {
    given: words("太郎 花子 健一 美咲 翔太"),
    family: words("山田 鈴木 佐藤 髙橋 渡邉"),
    familyFirst: true,
    ownHandles: true,
  },
  { given: words("伟 秀英 娜 敏 静"), family: words("王 李 张 刘 欧阳"), familyFirst: true, ownHandles: true },
  { given: words("민준 서연 지후 하은"), family: words("김 이 박 최"), familyFirst: true },
  { given: words("Анна Дмитрий Ольга Юрий"), family: words("Иванова Шевченко Щукин Ёлкин"), ownHandles: true },
  { given: words("Ελένη Γιώργος Χλόη"), family: words("Παπαδόπουλος Νικολάου") },
  { given: words("محمد فاطمة عمر ليلى"), family: words("الخطيب حداد النجار") },
  { given: words("יעל דוד נועה"), family: words("כהן לוי מזרחי") },
  { given: words("प्रिया अर्जुन काव्या"), family: words("शर्मा अय्यर सिंह") },
  { given: words("สมชาย มาลี"), family: words("ศรีสุข ใจดี") },
  { given: words("𝓐𝓭𝓪 🦊 👩‍👩‍👧‍👦"), family: words("𠮷田 🚀") },
]

/** Quotes, a bell, terminal escapes, a right-to-left override, a line end, a tab, a table's bar, a spreadsheet's formula. */
const hostile = [
  { first: 'Robert"); DROP TABLE\u0007 users;--', last: "O'\"Hara\\" },
  { first: "\u001B[31mRed\u001B[0m", last: "\u202Etxt.exe" },
  { first: "Line\nBreak", last: "Tab\tbed | <b>bold</b>" },
  { first: "=HYPERLINK(0)\u009B31m", last: "\u200Bnull" },
]

/** Slack cuts names at 80 characters. */
const longest = 80

const joined = (first: string, last: string, familyFirst: boolean) =>
  familyFirst ? `${last} ${first}` : `${first} ${last}`

/** The name of the person at an index. Handles are not unique, as in Slack. */
export const nameAt = (index: number, quirk: Quirk, script: Hash, given: Hash, family: Hash): PersonName => {
  const plain = `${choose(latin.given, given(index))}.${choose(latin.family, family(index))}`.toLowerCase()
  if (quirk === "hostileName") {
    const { first, last } = choose(hostile, given(index))
    return { first, last, full: joined(first, last, false), handle: plain }
  }
  if (quirk === "longName") {
    const first = "Wolfeschlegelsteinhausenbergerdorff".repeat(2).slice(0, 60)
    const last = "x".repeat(longest - first.length - 1)
    return { first, last, full: joined(first, last, false), handle: "w".repeat(longest) }
  }
  const from = choose(scripts, script(index))
  const first = choose(from.given, given(index))
  const last = choose(from.family, family(index))
  const full = joined(first, last, from.familyFirst === true)
  return { first, last, full, handle: from.ownHandles === true ? `${last}${first}` : plain }
}
