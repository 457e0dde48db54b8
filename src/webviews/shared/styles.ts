import { css } from 'lit';

/** What all panels look like: VS Code's own colours and letters, in every theme. */
export const styles = css`
  :host { display: block; padding: 4px 16px 24px; color: var(--vscode-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); line-height: 1.5; }
  h1 { font-size: 1.4em; font-weight: 600; margin: 8px 0 0; }
  h2 { font-size: 1.1em; font-weight: 600; margin: 20px 0 6px; }
  h3 { font-size: 1em; font-weight: 600; margin: 0; }
  p { margin: 4px 0; }
  .muted, .note { color: var(--vscode-descriptionForeground); }
  code, .mono, textarea { font-family: var(--vscode-editor-font-family, monospace); font-size: var(--vscode-editor-font-size, 13px); }
  textarea { box-sizing: border-box; width: 100%; min-height: 9em; resize: vertical; padding: 6px 8px; color: var(--vscode-input-foreground); background: var(--vscode-input-background); border: 1px solid var(--vscode-settings-textInputBorder, var(--vscode-contrastBorder, transparent)); border-radius: 2px; line-height: 1.4; }
  textarea:focus { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
  label { display: block; font-weight: 600; margin: 16px 0 4px; }
  .columns { display: grid; grid-template-columns: minmax(16em, 2fr) minmax(20em, 3fr); gap: 0 28px; }
  @media (max-width: 700px) { .columns { grid-template-columns: 1fr; } }
  ul, ol { margin: 0; padding: 0; list-style: none; }
  .card { border: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent)); border-radius: 4px; padding: 8px 12px; margin: 0 0 8px; background: var(--vscode-editorWidget-background); overflow-wrap: anywhere; }
  .card.dropped { border-left: 3px solid var(--vscode-errorForeground); }
  .card.changed { border-left: 3px solid var(--vscode-focusBorder); }
  .card.unreached { opacity: 0.7; }
  .head { display: flex; gap: 8px; align-items: baseline; flex-wrap: wrap; }
  .head h3 { flex: 1; }
  .tag { border: 1px solid currentColor; border-radius: 3px; padding: 0 6px; font-size: 0.85em; white-space: nowrap; }
  .bad, .fault { color: var(--vscode-errorForeground); }
  .warning { color: var(--vscode-editorWarning-foreground, var(--vscode-foreground)); }
  .added { color: var(--vscode-gitDecoration-addedResourceForeground, var(--vscode-foreground)); }
  .removed { color: var(--vscode-gitDecoration-deletedResourceForeground, var(--vscode-foreground)); }
  .altered { color: var(--vscode-gitDecoration-modifiedResourceForeground, var(--vscode-foreground)); }
  table { border-collapse: collapse; }
  th { text-align: left; font-weight: normal; color: var(--vscode-descriptionForeground); padding: 1px 16px 1px 0; vertical-align: top; }
  td { padding: 1px 0; overflow-wrap: anywhere; }
  button.link { all: unset; cursor: pointer; color: var(--vscode-textLink-foreground); }
  button.link:hover { text-decoration: underline; }
  button.link:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
  .reasons { list-style: decimal; padding-left: 1.6em; }
`;
