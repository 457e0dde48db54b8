import { css } from 'lit';

/** The dashboard around its panels. */
export const dashboardStyles = css`
  :host { display: block; padding: 0 12px 24px; color: var(--vscode-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); line-height: 1.4; }
  h1 { font-size: 1.3em; font-weight: 600; margin: 8px 0 2px; overflow-wrap: anywhere; max-height: 4.2em; overflow: hidden; }
  .note { color: var(--vscode-descriptionForeground); margin: 2px 0; overflow-wrap: anywhere; }
  .fault { color: var(--vscode-errorForeground); }
  .controls { display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: center; padding: 6px 0; position: sticky; top: 0; z-index: 20; background: var(--vscode-editor-background); border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent)); }
  label { display: inline-flex; gap: 5px; align-items: center; color: var(--vscode-descriptionForeground); max-width: 28em; max-height: 2em; overflow: hidden; }
  select, input { color: var(--vscode-dropdown-foreground, var(--vscode-input-foreground)); background: var(--vscode-dropdown-background, var(--vscode-input-background)); border: 1px solid var(--vscode-dropdown-border, var(--vscode-contrastBorder, var(--vscode-panel-border, transparent))); border-radius: 2px; padding: 2px 4px; font: inherit; max-width: 18em; }
  input.time { width: 11em; }
  button { font: inherit; color: var(--vscode-button-secondaryForeground, var(--vscode-foreground)); background: var(--vscode-button-secondaryBackground, transparent); border: 1px solid var(--vscode-contrastBorder, transparent); border-radius: 2px; padding: 2px 9px; cursor: pointer; }
  button:hover { background: var(--vscode-button-secondaryHoverBackground, transparent); }
  :is(select, input, button, summary, .row):focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
  details { display: inline-block; position: relative; }
  details > div { position: absolute; z-index: 30; max-height: 300px; overflow: auto; padding: 6px 10px; background: var(--vscode-dropdown-background, var(--vscode-editor-background)); border: 1px solid var(--vscode-dropdown-border, var(--vscode-contrastBorder, var(--vscode-panel-border, transparent))); }
  details label { display: flex; }
  summary { cursor: pointer; border: 1px solid var(--vscode-dropdown-border, var(--vscode-contrastBorder, var(--vscode-panel-border, transparent))); padding: 2px 6px; max-width: 18em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--vscode-dropdown-foreground, var(--vscode-foreground)); }
  .grid { display: grid; grid-template-columns: repeat(24, minmax(0, 1fr)); grid-auto-rows: 30px; gap: 8px; padding-top: 8px; }
  .grid > * { min-width: 0; min-height: 0; }
  .row { display: flex; align-items: center; gap: 6px; text-align: left; font-weight: 600; background: transparent; border: none; border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent)); color: var(--vscode-foreground); }
  .grid.full { display: block; height: calc(100vh - 140px); }
  .grid.full kubeprom-dashboard-cell { height: 100%; }
  @media (max-width: 640px) { .grid { grid-template-columns: 1fr; } .grid > * { grid-column: 1 / -1 !important; grid-row: auto / span var(--rows, 8) !important; } }
`;

/** A panel. */
export const cellStyles = css`
  :host { display: block; height: 100%; contain: layout paint; }
  section { display: flex; flex-direction: column; height: 100%; box-sizing: border-box; border: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent)); border-radius: 3px; background: var(--vscode-editor-background); overflow: hidden; }
  header { position: relative; display: flex; gap: 8px; align-items: center; padding: 3px 8px; min-height: 22px; }
  h2 { font-size: 1em; font-weight: 600; margin: 0; flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; unicode-bidi: isolate; }
  .menu { position: absolute; right: 6px; top: 3px; display: flex; gap: 8px; opacity: 0; font-size: 0.88em; padding: 0 6px; background: var(--vscode-editor-background); }
  section:hover .menu, .menu:focus-within { opacity: 1; }
  button { all: unset; cursor: pointer; }
  .menu button, button.link { color: var(--vscode-textLink-foreground); }
  button:hover { text-decoration: underline; }
  button:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
  .body { flex: 1; min-height: 0; overflow: auto; padding: 0 6px 4px; }
  .note, .name { color: var(--vscode-descriptionForeground); font-size: 0.9em; }
  .tag { font-size: 0.8em; color: var(--vscode-descriptionForeground); border: 1px solid currentColor; border-radius: 3px; padding: 0 4px; white-space: nowrap; }
  .empty { padding: 16px; text-align: center; color: var(--vscode-descriptionForeground); }
  .fault { color: var(--vscode-errorForeground); overflow-wrap: anywhere; padding: 4px; }
  .stats, .gauges { display: flex; flex-wrap: wrap; gap: 8px; height: 100%; align-items: stretch; }
  .stat { flex: 1 1 120px; display: flex; flex-direction: column; justify-content: center; align-items: center; min-width: 0; overflow: hidden; border-radius: 3px; container-type: size; }
  .stat .value { font-size: clamp(16px, min(46cqh, 16cqw), 64px); font-weight: 600; white-space: nowrap; line-height: 1.15; }
  .colored { color: var(--value-color, inherit); }
  .filled { background: color-mix(in srgb, var(--value-color, transparent) 55%, var(--vscode-editor-background)); color: var(--vscode-foreground); }
  .spark { width: 100%; height: 30%; }
  .gauge { flex: 1 1 100px; display: flex; flex-direction: column; align-items: center; justify-content: center; min-width: 0; min-height: 0; }
  .gauge svg { flex: 1; min-height: 0; width: 100%; max-height: 220px; }
  .gauge .track { stroke: color-mix(in srgb, var(--vscode-foreground) 15%, transparent); }
  .gauge .number { font-weight: 600; text-align: center; }
  .bars { display: flex; flex-direction: column; gap: 6px; justify-content: center; min-height: 100%; }
  .bar { display: grid; grid-template-columns: minmax(4em, 1fr) 3fr minmax(5em, auto); gap: 8px; align-items: center; }
  .bar .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .track { display: block; height: 16px; background: color-mix(in srgb, var(--vscode-foreground) 10%, transparent); border-radius: 2px; overflow: hidden; }
  td .track { display: inline-block; width: 60px; height: 10px; vertical-align: middle; }
  .fill { display: block; height: 100%; width: var(--share, 0%); background: var(--value-color, currentColor); }
  .pie { display: flex; gap: 16px; height: 100%; align-items: center; }
  .pie > svg { height: 90%; max-width: 50%; }
  .hole { fill: var(--vscode-editor-background); }
  ul { list-style: none; margin: 0; padding: 0; }
  .swatch { width: 10px; height: 10px; }
  .scroll { height: 100%; overflow: auto; }
  table { border-collapse: collapse; width: 100%; }
  caption { text-align: left; color: var(--vscode-descriptionForeground); }
  th { position: sticky; top: 0; background: var(--vscode-editor-background); text-align: left; font-weight: 600; padding: 2px 8px; white-space: nowrap; border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent)); }
  td { padding: 2px 8px; border-bottom: 1px solid color-mix(in srgb, var(--vscode-foreground) 8%, transparent); overflow-wrap: anywhere; }
  .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
  .state { display: grid; grid-template-columns: minmax(4em, 20%) 1fr; gap: 8px; align-items: center; margin: 3px 0; }
  .state svg { width: 100%; height: 20px; }
  .heat { display: flex; height: 100%; flex-direction: row-reverse; gap: 6px; }
  .heat svg { flex: 1; height: 100%; min-width: 0; }
  .buckets { display: flex; flex-direction: column; justify-content: space-around; font-size: 0.8em; color: var(--vscode-descriptionForeground); white-space: nowrap; overflow: hidden; }
  .text { overflow-wrap: anywhere; }
  .text a { color: var(--vscode-textLink-foreground); }
  .text code, .text pre { font-family: var(--vscode-editor-font-family, monospace); }
  nav { padding: 2px 8px; display: flex; gap: 12px; flex-wrap: wrap; font-size: 0.9em; }
`;
