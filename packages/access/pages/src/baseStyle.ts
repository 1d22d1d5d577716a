// How all pages look: the machine's own fonts and colours for a light and a dark screen, one column for text, tables over the whole width.
// Colours keep a contrast of 4.5 to 1 (WCAG 2.2, 1.4.3). In print the controls are gone.

/** The colours of every page, as custom properties of CSS: on a light screen, on a dark one, and on paper. */
export const colours = {
  light:
    "--ink:#1c2128;--soft:#57606a;--paper:#fff;--raised:#f5f6f8;--line:#d5d9df;--accent:#0a58b0;--bar:#5b93d6;--bad:#a8201a;--warn:#855200;--good:#1a6b35",
  dark: "--ink:#e8ebef;--soft:#a6b0bc;--paper:#15181d;--raised:#1e232a;--line:#3a424d;--accent:#7fb5f5;--bar:#3f78bd;--bad:#ff9a92;--warn:#f0bd6a;--good:#7dd398",
  print:
    "--ink:#000;--soft:#333;--paper:#fff;--raised:#fff;--line:#999;--accent:#000;--bar:#888;--bad:#a8201a;--warn:#855200;--good:#1a6b35",
} as const

/** The CSS of every page. */
export const baseStyle = `
:root{color-scheme:light dark;${colours.light}}
@media(prefers-color-scheme:dark){:root{${colours.dark}}}
*{box-sizing:border-box}
[hidden]{display:none!important}
body{margin:0;font:15px/1.5 system-ui,"Segoe UI",Roboto,"Open Sans",sans-serif;color:var(--ink);background:var(--paper);overflow-wrap:anywhere}
main,header.page,footer.page{max-width:76rem;margin:0 auto;padding:0 1.25rem}
header.page{padding-top:1.5rem}
footer.page{padding-bottom:2rem;color:var(--soft)}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}
h2{font-size:1.2rem;margin:2.25rem 0 .5rem;padding-top:.5rem;border-top:1px solid var(--line)}
nav+section h2{margin-top:1.1rem}
h3{font-size:1rem;margin:1.25rem 0 .25rem}
p,.notice{max-width:60rem}
p{margin:.4rem 0}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.skip,caption{position:absolute;left:-100rem}
.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.25rem .5rem}
.soft{color:var(--soft)}
.bad{color:var(--bad)}.warn{color:var(--warn)}.good{color:var(--good)}
.notice{border-left:4px solid var(--warn);background:var(--raised);padding:.5rem .9rem;margin:.75rem 0}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.5rem 0}
dl.facts dt{color:var(--soft)}dl.facts dd{margin:0}
ul.cards{list-style:none;display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.75rem;padding:0;margin:1rem 0}
ul.cards li{border:1px solid var(--line);border-radius:.5rem;background:var(--raised);padding:.6rem .8rem}
ul.cards strong{display:block;font-size:1.5rem;line-height:1.2;font-variant-numeric:tabular-nums}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1rem;padding:0;margin:.5rem 0}
.controls{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:end;margin:.5rem 0}
.controls label{display:flex;flex-direction:column;font-size:.85rem;color:var(--soft)}
input,select,button,textarea{font:inherit;color:var(--ink);background:var(--paper);border:1px solid var(--soft);border-radius:.35rem;padding:.3rem .55rem}
input:not([type=radio],[type=checkbox]),select{min-height:2.15rem}
button{background:var(--raised);cursor:pointer}
button.main{background:var(--accent);border-color:var(--accent);color:var(--paper)}
button:disabled{opacity:.5;cursor:default}
.notice ul{margin:.25rem 0;padding-left:1.25rem}
.wide{overflow-x:auto;border:1px solid var(--line);border-radius:.5rem;margin:.5rem 0}
table{border-collapse:collapse;width:100%;font-size:.875rem;line-height:1.45}
th,td{text-align:left;vertical-align:baseline;padding:.35rem .6rem;border-top:1px solid var(--line);overflow-wrap:break-word;max-width:22rem;unicode-bidi:isolate}
thead th{background:var(--raised);border-top:0;white-space:nowrap}
thead th button{border:0;background:none;padding:0;font-weight:600}
td:first-child{max-width:15rem;overflow-wrap:anywhere}
td:not(.number,.id){min-width:5.5rem}
td:first-child:not(.number,.id){min-width:7.5rem}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
td.id{font-family:ui-monospace,Consolas,monospace;font-size:.85em;white-space:nowrap}
td.none{text-align:center;color:var(--soft)}
@media screen and (max-width:50rem){.wide table{width:max-content;min-width:100%}.wide :is(th,td){max-width:13rem}}
.bars{display:grid;grid-template-columns:fit-content(55%) 1fr max-content;gap:.3rem .75rem;align-items:center;margin:.5rem 0;padding:0;list-style:none;max-width:46rem}
.bars li{display:contents}
.bars .bar{height:.8rem;border-radius:.2rem;background:var(--bar);min-width:2px;width:var(--share)}
.bars .count{font-variant-numeric:tabular-nums;text-align:right}
@media print{:root{${colours.print}}.controls,nav,.skip,button{display:none!important}thead th button{display:inline!important}.wide{overflow:visible;border:0}table{font-size:8pt}table :is(th,td){min-width:5.4em!important;padding:.15rem .2rem;overflow-wrap:anywhere}table :is(th,td):first-child{min-width:7.6em!important}tr,.bars li{break-inside:avoid}main,header.page,footer.page{max-width:none;padding:0}}
`
