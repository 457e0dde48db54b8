import { css } from 'lit';

/** What the panel of the stack has beyond the others. States have a word and a sign, never a colour alone. */
export const stackStyles = css`
  h1:focus { outline: none; }
  input:not([type='checkbox']), select { box-sizing: border-box; width: 100%; max-width: 32em; padding: 3px 6px; color: var(--vscode-input-foreground); background: var(--vscode-input-background); border: 1px solid var(--vscode-settings-textInputBorder, var(--vscode-contrastBorder, var(--vscode-panel-border, transparent))); border-radius: 2px; font-family: inherit; font-size: inherit; }
  input:focus, select:focus { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
  .inline { font-weight: normal; margin: 6px 0; }
  fieldset { border: none; margin: 0; padding: 0; }
  legend { font-weight: 600; margin: 16px 0 4px; padding: 0; }
  .actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 20px 0 4px; }
  .finding { display: grid; grid-template-columns: 8em 1fr; gap: 2px 12px; margin: 0 0 6px; }
  .finding .next { grid-column: 2; }
  .error { color: var(--vscode-errorForeground); }
  .object { padding: 3px 0; overflow-wrap: anywhere; }
  .object ul { padding-left: 1.6em; }
  details > summary { cursor: pointer; font-weight: 600; margin: 16px 0 4px; }
  details > summary:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
  .stages { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 12px 0; }
  .stages .now { font-weight: 600; }
  progress { width: 100%; max-width: 48em; height: 6px; accent-color: var(--vscode-progressBar-background); }
  .bar { display: inline-block; position: relative; overflow: hidden; width: 8em; height: 3px; margin-right: 12px; vertical-align: middle; border-radius: 2px; background: var(--vscode-panel-border, currentColor); }
  .bar > span { position: absolute; width: 35%; height: 100%; background: var(--vscode-progressBar-background, currentColor); animation: pass 1.6s linear infinite; }
  @keyframes pass { from { left: -35%; } to { left: 100%; } }
  @media (prefers-reduced-motion: reduce) { .bar > span { animation: none; left: 0; } }
  table.parts td, table.parts th { padding: 3px 20px 3px 0; vertical-align: top; }
  table.parts ul { margin: 2px 0 0; padding-left: 1.2em; overflow-wrap: anywhere; }
  .state { white-space: nowrap; }
  .state.ready { color: var(--vscode-testing-iconPassed, var(--vscode-foreground)); }
  .state.failing, .state.missing { color: var(--vscode-errorForeground); }
`;
