/** The page's style sheet. Two palettes from the reader's preference; every text colour has a contrast of at least 4.5 : 1 on its ground. */
export const STYLE = `:root{
--ground:#fafaf8;--raised:#fff;--ink:#1c1e21;--soft:#5a6067;--line:#e4e4e0;--link:#235a8c;--focus:#3b7dd8;--well:#f3f3f0;
--pass:#1b6e47;--fail:#b42318;--error:#9c1c5b;--known:#8a4b08;--warn:#85600a;--untestable:#6a4aa5;--quiet:#646a71;
--cell-pass:#79b897;--cell-quiet:#d5d6d2}
@media (prefers-color-scheme:dark){:root{
--ground:#141618;--raised:#1b1e21;--ink:#e7e8ea;--soft:#a0a6ad;--line:#2c3034;--link:#8fbde8;--focus:#6ea8ee;--well:#101214;
--pass:#74cf9c;--fail:#ff8f85;--error:#ff90c3;--known:#f0b072;--warn:#e8c266;--untestable:#c3aef5;--quiet:#8f959c;
--cell-pass:#3d7f5c;--cell-quiet:#3a3f44}}
*{box-sizing:border-box}
html{scroll-padding-top:4.5rem}
body{margin:0 auto;max-width:66rem;padding:3rem 1.5rem 2rem;background:var(--ground);color:var(--ink);
font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;text-rendering:optimizeLegibility}
[hidden]{display:none!important}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px;border-radius:3px}
code,pre,kbd,.id,.lines{font-family:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
h1,h2,h3,p,dl,dd,ul{margin:0;padding:0}ul{list-style:none}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:1rem;background:var(--raised);padding:.5rem 1rem;z-index:9}
.is-pass{color:var(--pass)}.is-fail{color:var(--fail)}.is-error{color:var(--error)}.is-known-failing,.is-flaky{color:var(--known)}
.is-warn{color:var(--warn)}.is-untestable{color:var(--untestable)}.is-not-claimed,.is-not-observable{color:var(--quiet)}
.sign{display:inline-block;width:1.1em;text-align:center;font-weight:700;flex:none}
.kind{color:var(--soft);font-size:.87rem}.kind span::before{content:"·";margin:0 .45em}
h1{font-size:1.9rem;font-weight:650;letter-spacing:-.018em;line-height:1.2;margin-top:.35rem;overflow-wrap:anywhere}
.version{font-weight:400;color:var(--soft);letter-spacing:0}
.verdict{font-size:1.25rem;font-weight:600;margin-top:.2rem}
.reason{white-space:pre-wrap;max-width:46rem;margin-top:.4rem;overflow-wrap:anywhere}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:.9rem 1.5rem;margin-top:1.6rem;padding-top:1.2rem;border-top:1px solid var(--line)}
dt{color:var(--soft);font-size:.8rem}.facts dd{overflow-wrap:anywhere}
.attention{margin-top:2.2rem;background:var(--raised);border:1px solid var(--line);border-radius:10px;padding:1.1rem 1.3rem .5rem}
h2{font-size:1.05rem;font-weight:620;letter-spacing:-.005em}
.attention li{display:grid;grid-template-columns:1.3rem 8rem 1fr;gap:.4rem;padding:.65rem 0;border-top:1px solid var(--line);align-items:baseline}
.attention li:first-child{border-top:0}.attention a{font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
.ids{line-height:1.9}.ids a{margin-right:.5em;white-space:nowrap}
.why{color:var(--soft);font-size:.92rem;overflow-wrap:anywhere}
.counts{margin-top:2.2rem}.bar{display:block;border-radius:4px;overflow:hidden}
.bar rect{fill:currentColor}.bar .is-pass{color:var(--cell-pass)}.bar .is-not-claimed,.bar .is-not-observable{color:var(--cell-quiet)}
.chips{display:flex;flex-wrap:wrap;gap:.45rem;margin-top:.8rem}
button{font:inherit;color:inherit;cursor:pointer}
.chip{border:1px solid var(--line);background:var(--raised);border-radius:99px;padding:.2rem .8rem .2rem .55rem;font-size:.9rem}
.chip:hover{border-color:var(--soft)}.chip[aria-pressed=true]{background:var(--ink);border-color:var(--ink);color:var(--ground)}
.chip[aria-pressed=true] .sign{color:inherit}
.matrix{margin-top:1.6rem;overflow-x:auto}.matrix table{border-collapse:collapse;width:100%}.matrix th{font-weight:400;text-align:left;vertical-align:top;padding:.25rem 1rem .25rem 0;font-size:.9rem;color:var(--soft)}.matrix td{vertical-align:top;padding:.25rem 1rem .25rem 0}.matrix tbody th{width:14rem}.matrix thead th{padding-bottom:.1rem}.role{padding:0 .35rem;margin-left:-.35rem}.role[aria-pressed=true]{background:var(--ink);color:var(--ground)}.wire>summary .amount{margin-left:.6rem}.wire pre+pre{margin-top:.35rem}.request{color:var(--soft)}
.cells{display:flex;flex-wrap:wrap;gap:3px;padding-top:.2rem}
.cell{width:14px;height:14px;border-radius:3px;background:currentColor;transition:opacity .15s}
.cell:hover{outline:2px solid var(--ink);outline-offset:1px}.cell.faded{opacity:.18}
.cell.is-pass{color:var(--cell-pass)}.cell.is-not-claimed,.cell.is-not-observable{color:var(--cell-quiet)}
.tools{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:center;margin:1.8rem -1.5rem 0;padding:.7rem 1.5rem;background:var(--ground);border-bottom:1px solid var(--line);font-size:.9rem}
.tools input{flex:1 1 16rem;min-width:0;font:inherit;color:inherit;background:var(--raised);border:1px solid var(--line);border-radius:7px;padding:.35rem .7rem}
.tools input::placeholder{color:var(--soft);opacity:1}.tools output{color:var(--soft)}
.plain{border:0;background:none;padding:.2rem;color:var(--link)}.plain:hover{text-decoration:underline}
.keys{color:var(--soft)}kbd{border:1px solid var(--line);border-radius:4px;padding:0 .35em;background:var(--raised)}
.chapter,.output{margin-top:2.2rem}.chapter h2,.output h2{padding-bottom:.5rem}
summary{cursor:pointer;list-style:none}summary::-webkit-details-marker{display:none}
.requirement,.scene{border-top:1px solid var(--line)}.requirement:last-child,.scene:last-child{border-bottom:1px solid var(--line)}
.requirement>summary{display:grid;grid-template-columns:1.3rem 8rem minmax(0,1fr) auto;gap:.4rem;align-items:baseline;padding:.5rem .4rem}
.requirement>summary:hover,.scene>summary:hover{background:var(--raised)}
.id{color:var(--soft);white-space:nowrap}.sentence{overflow-wrap:anywhere}.sentence b{font-weight:600;font-size:.93em}
.requirement[data-outcome="not claimed"] .sentence,.requirement[data-outcome="not observable"] .sentence{color:var(--soft)}
.outcome{font-size:.85rem;white-space:nowrap;padding-left:.8rem}
.requirement[open]>summary{background:var(--raised)}
.requirement:target>summary{box-shadow:inset 3px 0 var(--focus)}.check:target{box-shadow:inset 3px 0 var(--focus)}
.body{padding:.2rem .4rem 1.2rem 1.9rem;background:var(--raised)}
.meta{display:flex;flex-wrap:wrap;gap:.1rem .9rem;color:var(--soft);font-size:.85rem}.meta a{color:inherit}
.check{margin-top:.8rem;padding:.8rem 0 0 .9rem;border-top:1px solid var(--line)}
h3{font-size:.97rem;font-weight:600;overflow-wrap:anywhere;display:flex;gap:.3rem;align-items:baseline}.check h3~*{margin-left:1.4rem}
.message{margin-top:.4rem;white-space:pre-wrap;overflow-wrap:anywhere}
.values{margin-top:.6rem;display:grid;gap:.3rem}.values div{display:grid;grid-template-columns:5.5rem minmax(0,1fr);gap:.6rem;align-items:baseline}
.values pre,.evidence pre{background:var(--well);border-radius:6px;padding:.45rem .7rem;max-height:22rem;overflow:auto}
.values .expected pre{box-shadow:inset 3px 0 var(--pass)}.values .got pre{box-shadow:inset 3px 0 var(--fail)}
.evidence{margin-top:.5rem}.evidence>summary{color:var(--link);font-size:.9rem;overflow-wrap:anywhere}.evidence>summary::before,.scene>summary::before{content:"▸";display:inline-block;width:1.1em;color:var(--soft)}
.evidence[open]>summary::before,.scene[open]>summary::before{content:"▾"}.evidence pre,.evidence .lines{margin-top:.35rem}
.evidence p,.scene p{color:var(--soft);font-size:.9rem;padding:.3rem .6rem}
.rerun{margin-top:.7rem;display:flex;flex-wrap:wrap;gap:.2rem .7rem;align-items:baseline;font-size:.9rem;color:var(--soft)}
.rerun code{color:var(--ink);background:var(--well);border-radius:6px;padding:.2rem .6rem;user-select:all;overflow-wrap:anywhere}
.scene>summary{padding:.5rem .4rem}.amount{color:var(--soft);font-size:.88rem;margin-left:.8rem}
.lines{background:var(--well);border-radius:6px;max-height:26rem;overflow:auto;padding:.3rem 0}
.lines table{border-collapse:collapse;width:100%}.lines td,.lines th{padding:.06rem .7rem;text-align:left;vertical-align:top;font-weight:400}
.lines th{color:var(--soft);font-size:.9em}.lines td:nth-child(-n+2){color:var(--soft);white-space:nowrap}.lines td:first-child,.lines th:first-child{text-align:right}
.lines td:last-child{white-space:pre-wrap;overflow-wrap:anywhere;width:100%}
.from-stderr td:last-child{color:var(--soft)}.from-exit td:last-child{font-style:italic}.from-stdin td:last-child{color:var(--link)}
.more{margin-top:.6rem;font-size:.9rem}.covers{overflow-x:auto;padding-bottom:1rem}.coverage{border-collapse:collapse;width:100%;font-size:.88rem}
.coverage td,.coverage th{padding:.14rem .6rem;text-align:left;vertical-align:top;font-weight:400;white-space:nowrap}.coverage thead th{color:var(--soft)}.coverage .number{text-align:right}
.coverage td:last-child{white-space:normal;color:var(--soft);width:40%}.coverage .total th,.coverage .total td{padding-top:.9rem;font-weight:600}.coverage th a{font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
.nothing{margin-top:2rem;color:var(--soft)}
footer{margin-top:3rem;color:var(--soft);font-size:.85rem}
@media (max-width:44rem){html{scroll-padding-top:7rem}body{padding:1.5rem 1rem}.tools{margin-inline:-1rem;padding-inline:1rem}.keys{display:none}.facts{grid-template-columns:1fr 1fr}
.matrix tbody th{width:auto}.attention{padding-inline:1rem}
.attention li{grid-template-columns:1.3rem 1fr}.attention li>div{grid-column:2}
.requirement>summary{grid-template-columns:1.3rem 1fr auto}.sentence{grid-column:2/-1;grid-row:2}.body{padding-left:.4rem}.check{padding-left:.5rem}
.values div{grid-template-columns:1fr;gap:.1rem}.check h3~*{margin-left:0}}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media print{body{max-width:none;padding:0;font-size:10pt;--ground:#fff;--well:#f6f6f6}.tools,.skip,.chips,.output,.rerun{display:none!important}
.requirement,.check,.attention li{break-inside:avoid}pre,.lines{max-height:none!important}.bar,.cell,.values pre{print-color-adjust:exact}}
`;
