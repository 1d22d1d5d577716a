/** What can be found: a heading of a page with the text up to the next one. */
export interface Section {
  /** The file of the page from the folder of the site, such as `connectors/slack-pro.html`. */
  readonly page: string
  /** The anchor of the heading; empty for the beginning of the page. */
  readonly id: string
  /** The title of the page. */
  readonly title: string
  /** The heading; empty for the beginning of the page. */
  readonly heading: string
  readonly text: string
  /** The group of the navigation that the page is in. */
  readonly group: string
  /** Whether it explains why or what something is made of: it is listed after what a reader can do. */
  readonly isBackground: boolean
}
