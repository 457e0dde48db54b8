/** VS Code's colours as a canvas needs them: read from the page, and again when the theme changes. */
export interface ChartTheme {
  readonly foreground: string;
  readonly muted: string;
  readonly grid: string;
  readonly background: string;
  readonly focus: string;
  readonly selection: string;
  readonly font: string;
  readonly isHighContrast: boolean;
  readonly isDark: boolean;
  /** Of lines, by their place. */
  readonly palette: readonly string[];
}

const paletteVariables = ['charts-blue', 'charts-orange', 'charts-green', 'charts-purple', 'charts-red', 'charts-yellow', 'terminal-ansiCyan', 'terminal-ansiMagenta', 'terminal-ansiBrightBlue', 'terminal-ansiBrightGreen'];
/** What is drawn where a theme leaves a colour out, as its charts' colours are optional. */
const fallbacks = ['#3794ff', '#d18616', '#89d185', '#b180d7', '#f14c4c', '#cca700', '#11a8cd', '#bc3fbc', '#3b8eea', '#23d18b'];

/** Patterns of lines: where colours repeat, and in high contrast for each line, so that none is told by its colour alone. */
const dashes: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3], [14, 4], [5, 3, 1, 3, 1, 3]];

let known: ChartTheme | undefined;

/** The page's colours; read once for all charts until the theme is another, for reading asks for every style anew. */
export function readTheme(): ChartTheme {
  watch();
  known ??= themeOf(document.body);
  return known;
}

function themeOf(element: Element): ChartTheme {
  const style = getComputedStyle(element);
  const color = (name: string, fallback: string): string => style.getPropertyValue(`--vscode-${name}`).trim() || fallback;
  const { classList } = document.body;
  const isHighContrast = classList.contains('vscode-high-contrast') || classList.contains('vscode-high-contrast-light');
  const isDark = !classList.contains('vscode-light') && !classList.contains('vscode-high-contrast-light');
  const foreground = color('foreground', isDark ? '#cccccc' : '#333333');
  return {
    foreground, isHighContrast, isDark,
    muted: isHighContrast ? foreground : color('descriptionForeground', foreground),
    grid: isHighContrast ? transparent(foreground, 0.35) : color('editorIndentGuide-background1', isDark ? '#404040' : '#d3d3d3'),
    background: color('editor-background', isDark ? '#1e1e1e' : '#ffffff'),
    focus: color('focusBorder', '#007fd4'),
    selection: color('editor-selectionBackground', '#264f78'),
    font: `11px ${style.getPropertyValue('--vscode-font-family').trim() || 'sans-serif'}`,
    palette: paletteVariables.map((name, index) => color(name, fallbacks[index] ?? foreground)),
  };
}

/** The colour of a series: its own where it names one, else one of the theme's. */
export function colorOf(theme: ChartTheme, index: number, own?: string): string {
  const variable = own === undefined ? null : /^var\((--vscode-[\w-]+)\)$/.exec(own);
  if (variable !== null) return getComputedStyle(document.body).getPropertyValue(variable[1] ?? '').trim() || (theme.palette[index % theme.palette.length] ?? theme.foreground);
  return own ?? theme.palette[index % theme.palette.length] ?? theme.foreground;
}

/** The pattern of a series' line. */
export function dashOf(theme: ChartTheme, index: number, isDashed: boolean): readonly number[] {
  const step = theme.isHighContrast ? index : Math.floor(index / theme.palette.length);
  return dashes[(isDashed ? step + 1 : step) % dashes.length] ?? [];
}

/** A colour with an opacity from 0 to 1. */
export function transparent(color: string, opacity: number): string {
  return `color-mix(in srgb, ${color} ${String(Math.round(opacity * 100))}%, transparent)`;
}

const listeners = new Set<() => void>();
let observer: MutationObserver | undefined;

/** Calls back when the theme changes. */
export function onThemeChange(changed: () => void): () => void {
  watch();
  listeners.add(changed);
  return () => { listeners.delete(changed); };
}

/** VS Code gives the page other variables and the body another class. */
function watch(): void {
  if (observer !== undefined) return;
  observer = new MutationObserver(() => {
    known = undefined;
    for (const listener of listeners) listener();
  });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
}
