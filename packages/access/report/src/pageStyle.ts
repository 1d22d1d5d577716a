/** CSS of these pages in addition to that of all pages. */
export const pageStyle = `
@media(min-width:60rem){#summary ul.cards{grid-template-columns:repeat(5,1fr)}}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(28rem,100%),1fr));gap:0 2.5rem}
td.change{white-space:nowrap}
button.name{border:0;background:none;padding:0;color:var(--accent);text-align:left;text-decoration:underline}
@media print{button.name{display:inline!important;color:inherit;text-decoration:none}}
`
