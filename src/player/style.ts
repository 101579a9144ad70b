// How the step player looks: a host's colours where it gives them, else paper or night. Its height
// depends on its width alone, so that no step makes the page jump.

export const palette = `
:root {
  color-scheme: light dark;
  --paper: var(--color-background-primary, light-dark(#fbf9f6, #1b1a18));
  --card: var(--color-background-secondary, light-dark(#f1ede6, #282623));
  --ink: var(--color-text-primary, light-dark(#26221d, #ece7e0));
  --quiet: var(--color-text-secondary, light-dark(#665f56, #aaa297));
  --line: var(--color-border-secondary, light-dark(#ddd6cb, #403b36));
  --accent: light-dark(#b3391f, #ff8a6b);
  --on-accent: light-dark(#fff, #1b1a18);
  --face: var(--font-sans, system-ui, sans-serif);
}
* { box-sizing: border-box; }
`;

export const playerStyle = `
.player { container-type: inline-size; color: var(--ink); font: 1rem/1.45 var(--face); }
.player [hidden] { display: none !important; }
.player .board { display: grid; gap: 10px; grid-template: "stage" "told" "controls" "film" / minmax(0, 1fr); }
.player button { min-width: 44px; height: 44px; padding: 0; display: grid; place-items: center; border: 1px solid var(--line); border-radius: 12px; background: var(--paper); color: inherit; font: inherit; cursor: pointer; touch-action: manipulation; }
.player button:hover { background: var(--card); }
.player button[aria-disabled="true"] { opacity: .35; cursor: default; }
.player button[aria-pressed="true"] { background: var(--ink); color: var(--paper); border-color: var(--ink); }
.player :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.player svg { width: 22px; height: 22px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.player .turn { grid-area: stage; display: grid; grid-template-columns: 44px minmax(0, 200px) 44px; gap: 4px; place-content: center; align-items: center; }
.player .stage { position: relative; aspect-ratio: 1; border: 1px solid var(--line); border-radius: 14px; overflow: hidden; background: var(--card); cursor: zoom-in; }
.player .stage img { display: block; width: 100%; height: 100%; object-fit: contain; }
.player .stage img:not([src]), .player .film img:not([src]) { visibility: hidden; }
.player .stage.zoomed { overflow: auto; cursor: zoom-out; }
.player .stage.zoomed img { width: 250%; height: 250%; }
.player .told { grid-area: told; height: 5.6rem; overflow-y: auto; }
.player .status { float: inline-end; margin-inline-start: 1em; }
.player .told p { margin: 0; overflow-wrap: anywhere; }
.player .count { white-space: nowrap; color: var(--quiet); font-size: .8125rem; font-variant-numeric: tabular-nums; }
.player .count b { color: var(--accent); font-weight: 600; }
.player .caption { clear: both; font-size: .9375rem; }
.player .controls { grid-area: controls; display: flex; gap: 8px; align-items: center; }
.player .play { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.player .play:hover { background: var(--accent); filter: brightness(1.08); }
.player .play svg { fill: currentColor; }
.player .more { flex: 1; min-width: 0; padding: 0 10px; font-size: .8125rem; line-height: 1.2; font-weight: 600; text-wrap: balance; }
.player .film { grid-area: film; position: relative; display: flex; gap: 6px; min-height: 60px; margin: 0; padding: 4px; list-style: none; overflow-x: auto; scrollbar-width: thin; }
.player .film button { position: relative; width: 52px; height: 52px; overflow: hidden; border-radius: 10px; background: var(--card); }
.player .film img { width: 100%; height: 100%; object-fit: cover; }
.player .film [aria-current] { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
.player .film span { position: absolute; inset: auto 0 0 auto; padding: 0 5px; border-top-left-radius: 8px; background: var(--paper); color: var(--ink); font-size: .6875rem; line-height: 1.35; font-variant-numeric: tabular-nums; }
.player .film .new span { background: var(--accent); color: var(--on-accent); }
.player .status { margin: 0; color: var(--quiet); font-size: .8125rem; overflow-wrap: anywhere; }
.player .busy::before { content: ""; display: inline-block; width: .8em; height: .8em; margin-inline-end: .5em; border: 2px solid var(--line); border-top-color: var(--accent); border-radius: 50%; vertical-align: -.1em; animation: turn 1s linear infinite; }
@keyframes turn { to { transform: rotate(1turn); } }
@container (min-width: 640px) {
  .player .board { grid-template: "stage told" 1fr "stage controls" auto "film film" auto / auto minmax(0, 1fr); column-gap: 16px; }
  .player .turn { grid-template-columns: 44px clamp(200px, 42cqi, 320px) 44px; }
  .player .told { height: auto; max-height: min(262px, 42cqi - 54px); padding-top: 6px; }
  .player .caption { font-size: 1.125rem; margin-top: 4px; }
  .player .film { min-height: 72px; }
  .player .film button { width: 64px; height: 64px; }
}
@media (prefers-reduced-motion: reduce) { .player .busy::before { animation: none; } }
`;
