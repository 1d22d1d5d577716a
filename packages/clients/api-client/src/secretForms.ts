// Tokens and secrets in texts, which are hidden wherever a text is shown. It imports nothing, so that a command line is refused without
// loading the rest.

// Slack's kinds of tokens (https://docs.slack.dev/authentication/tokens) and secrets that name themselves, as ConductorOne's
// client secrets do (https://www.rfc-editor.org/rfc/rfc8959), up to where a word, a string or a tag ends. A beginning with
// nothing behind it, such as xoxb-…, is advice.
const tokenLike = /(?:(?:xox[a-z]?(?:\.xox[a-z])?|xapp|xwfp)-|secret-token:)(?=[^\s"'<>\\]*[\p{L}\p{N}])[^\s"'<>\\]*/giu

// The key of a webhook's signatures (https://github.com/standard-webhooks/standard-webhooks), and the path of Slack's incoming webhooks,
// which lets anybody post who has it (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
const webhookLike = /whsec_[\w+/-]{8,}=*|(?<=hooks\.slack(?:-gov)?\.com\/)[^\s"'<>\\]+/giu

const forms: Array<RegExp> = [tokenLike, webhookLike]

/** What tokens of further systems look like, each with the flag `g`; from then on they are hidden like those of Slack. */
export const addSecretForms = (further: ReadonlyArray<RegExp>): void => {
  forms.push(...further)
}

/** The text with `mark` in the place of each token and secret, such as one that was typed in the wrong place. */
export const hideTokens = (text: string, mark = "<token>"): string =>
  forms.reduce((shown, form) => shown.replaceAll(form, mark), text)
