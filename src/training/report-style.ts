// How a report looks: paper by day, dark by night, one column on a phone.
export const reportStyle = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#faf8f5, #191817);
  --card: light-dark(#fff, #232120);
  --ink: light-dark(#26221d, #ece7e0);
  --quiet: light-dark(#6d665d, #a49c91);
  --line: light-dark(#e8e2d9, #383431);
  --accent: light-dark(#b3391f, #ff8a6b);
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: clamp(1.25rem, 4vw, 3rem) clamp(1rem, 4vw, 3rem) 4rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: clamp(1.6rem, 5vw, 2.4rem); line-height: 1.15; text-wrap: balance; }
h2 { margin: 0 0 .75rem; font-size: 1.25rem; }
h3 { margin: 1.25rem 0 .25rem; font-size: .875rem; font-weight: 600; color: var(--quiet); }
p { margin: .35rem 0; }
.quiet { color: var(--quiet); font-size: .875rem; }
.warning { margin: 1rem 0 0; border-left: 3px solid var(--accent); padding-left: .75rem; }
progress { appearance: none; display: block; width: 100%; height: 6px; margin-top: .75rem; border: 0; border-radius: 3px; background: var(--line); overflow: hidden; }
progress::-webkit-progress-bar { background: var(--line); }
progress::-webkit-progress-value { background: var(--accent); border-radius: 3px; }
progress::-moz-progress-bar { background: var(--accent); border-radius: 3px; }
section { margin-top: 1.25rem; padding: clamp(1rem, 2.5vw, 1.5rem); background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: 1rem; margin: 1.5rem 0 0; }
.figures dt { color: var(--quiet); font-size: .8125rem; }
.figures dd { margin: 0; font-size: 1.35rem; font-weight: 600; line-height: 1.25; font-variant-numeric: tabular-nums; }
.chart { display: block; width: 100%; overflow: visible; }
.chart line { stroke: var(--line); shape-rendering: crispEdges; }
.chart text { fill: var(--quiet); stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; font-size: 12px; font-variant-numeric: tabular-nums; }
.chart path { fill: none; vector-effect: non-scaling-stroke; stroke-linecap: round; stroke-linejoin: round; }
.chart .points { stroke: var(--ink); stroke-width: 2.5; opacity: .16; }
.chart .line { stroke: var(--accent); stroke-width: 2; }
.small { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); column-gap: 2rem; }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr)); gap: 1.25rem 1rem; }
figure { margin: 0; }
img { display: block; width: 100%; height: auto; border-radius: .4rem; background: var(--line); }
figcaption { display: flex; justify-content: space-between; gap: .5rem; margin-top: .35rem; font-size: .875rem; }
.configuration { columns: 20rem; column-gap: 2.5rem; margin: 0; font-size: .875rem; }
.configuration div { display: flex; justify-content: space-between; gap: 1rem; padding: .3rem 0; border-bottom: 1px solid var(--line); break-inside: avoid; }
.configuration dt { color: var(--quiet); }
.configuration dd { margin: 0; text-align: right; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
`;
