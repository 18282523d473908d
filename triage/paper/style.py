"""How the page looks: both colour schemes, phones, paper. Nothing is told by colour alone; contrast is tested."""

STYLE = """
:root {
  color-scheme: light dark;
  --ground: #ffffff; --text: #16242a; --soft: #4a5b62; --line: #a9b6ba; --head: #eef2f2; --accent: #0b5c63;
  --expected: #e6f3ea; --self-care: #ffffff; --routine: #e6eef8; --same-day: #fdf1d8; --urgent: #fbdccb;
  --emergency: #8f1017; --on-emergency: #ffffff; --ink: #33474f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1618; --text: #e9f0f1; --soft: #a9b9be; --line: #54676e; --head: #182226; --accent: #6fd0cf;
    --expected: #14301f; --self-care: #0f1618; --routine: #14283f; --same-day: #36290d; --urgent: #4a2212;
    --emergency: #f7b4b0; --on-emergency: #3b0a0c; --ink: #b9c8cd;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 76rem; padding: 1rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif;
  overflow-wrap: break-word;
}
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 1rem; }
h2 {
  font-size: 1.35rem; line-height: 1.3; margin: 2.5rem 0 .6rem; padding-top: .6rem;
  border-top: 3px solid var(--accent);
}
h3 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
p, ul { max-width: 46rem; margin: .6rem 0; }
ul { padding-inline-start: 1.3rem; }
a { color: var(--accent); }
a:focus-visible, .wide:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
nav ul { columns: 16rem; max-width: none; list-style: none; padding: 0; }
nav a { display: inline-block; padding: .3rem 0; min-height: 1.5rem; }
.mark { border: 2px solid var(--text); padding: .5rem .8rem; font-weight: 650; }
.wide { overflow-x: auto; margin: .8rem 0 1.4rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: start; font-weight: 650; padding: .3rem 0; }
th, td { border: 1px solid var(--line); padding: .3rem .5rem; text-align: start; vertical-align: top; }
td.text { overflow-wrap: anywhere; }
.self_care, .routine, .same_day, .urgent, .emergency { white-space: nowrap; }
thead th { background: var(--head); }
tbody th { font-weight: 600; }
.many { min-width: 44rem; }
.long td, .long th { min-width: 7rem; }
.long td.text { min-width: 14rem; }
.new td, .new th { border-top: 2px solid var(--ink); }
.routine { background: var(--routine); }
.same_day { background: var(--same-day); font-weight: 650; }
.urgent { background: var(--urgent); font-weight: 750; }
.emergency { background: var(--emergency); color: var(--on-emergency); font-weight: 750; }
figure { margin: 1rem 0; }
figcaption { font-weight: 650; }
figure p { margin: .3rem 0; }
svg.band { display: block; width: 100%; min-width: 54rem; max-width: 72rem; height: auto; }
svg text { font: 13px system-ui, sans-serif; fill: var(--text); }
svg .letter { font-weight: 700; text-anchor: middle; paint-order: stroke; stroke: var(--ground); stroke-width: 5px; }
svg .tick { stroke: var(--line); stroke-width: 1; }
svg .frame { fill: none; stroke: var(--ink); stroke-width: 1.2; }
svg .ground-expected { fill: var(--expected); } svg .ground-self_care { fill: var(--self-care); }
svg .ground-routine { fill: var(--routine); } svg .ground-same_day { fill: var(--same-day); }
svg .ground-urgent { fill: var(--urgent); } svg .ground-emergency { fill: var(--emergency); }
svg .hatch { stroke: var(--ink); fill: none; stroke-width: 1.2; } svg .dot { fill: var(--ink); }
.defs { position: absolute; width: 0; height: 0; }
.lines { display: grid; gap: 2.2rem; max-width: 40rem; margin: 2rem 0; }
.lines div { display: flex; gap: 1rem; align-items: end; }
.lines dt { min-width: 6rem; font-weight: 650; }
.lines dd { flex: 1; margin: 0; border-bottom: 1.5px solid var(--text); height: 1.4rem; }
footer {
  margin-top: 2rem; padding-top: .6rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .9rem;
}
@media print {
  :root {
    color-scheme: light; --ground: #ffffff; --text: #000000; --soft: #333333; --line: #777777; --head: #ffffff;
    --accent: #000000; --ink: #000000; --expected: #ffffff; --self-care: #ffffff; --routine: #ffffff;
    --same-day: #ffffff; --urgent: #ffffff; --emergency: #000000; --on-emergency: #000000;
  }
  @page { size: A4; margin: 14mm 12mm; }
  body { max-width: none; padding: 0; font-size: 9.5pt; }
  table { font-size: 8.5pt; }
  .wide { overflow: visible; }
  .many, svg.band { min-width: 0; }
  .long td, .long th, .long td.text { min-width: 0; }
  .emergency { background: none; text-decoration: underline; }
  thead { display: table-header-group; }
  tr, figure, .lines, .mark { break-inside: avoid; }
  h2, h3, caption { break-after: avoid; }
  h2.page { break-before: page; }
  nav { display: none; }
}
"""
