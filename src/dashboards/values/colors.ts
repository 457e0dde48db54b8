/** Grafana's colours by name, in its dark and its light theme (Grafana 13, themes/createVisualizationColors.ts, palette.ts). */

/** Whether colours stand on a dark or a light ground. */
export type Ground = 'dark' | 'light';

const ramps: Readonly<Record<string, readonly string[]>> = {
  red: ['#FFA6B0', '#FF7383', '#F2495C', '#E02F44', '#C4162A', '#AD0317'],
  orange: ['#FFCB7D', '#FFB357', '#FF9830', '#FF780A', '#FA6400', '#E55400'],
  yellow: ['#FFF899', '#FFEE52', '#FADE2A', '#F2CC0C', '#E0B400', '#CC9D00'],
  green: ['#C8F2C2', '#96D98D', '#73BF69', '#56A64B', '#37872D', '#19730E'],
  blue: ['#C0D8FF', '#8AB8FF', '#5794F2', '#3274D9', '#1F60C4', '#1250B0'],
  purple: ['#DEB6F2', '#CA95E5', '#B877D9', '#A352CC', '#8F3BB8', '#7C2EA3'],
};
const shades = ['super-light-', 'light-', '', 'semi-dark-', 'dark-'];

/** The classic palette: names, then colours of Grafana's first days. */
export const classicPalette: readonly string[] = [
  'green', 'semi-dark-yellow', 'blue', 'orange', 'red', 'purple', 'dark-green', 'dark-yellow', 'dark-blue', 'dark-orange', 'dark-red', 'dark-purple',
  'super-light-green', 'super-light-yellow', 'super-light-blue', 'super-light-orange', 'super-light-red', 'super-light-purple',
  '#447EBC', '#C15C17', '#890F02', '#0A437C', '#6D1F62', '#584477', '#B7DBAB', '#F4D598', '#70DBED', '#F9BA8F', '#F29191', '#82B5D8', '#E5A8E2', '#AEA2E0', '#629E51', '#E5AC0E', '#64B0C8', '#E0752D',
  '#BF1B00', '#0A50A1', '#962D82', '#614D93', '#9AC48A', '#F2C96D', '#65C5DB', '#F9934E', '#EA6460', '#5195CE', '#D683CE', '#806EB7', '#3F6833', '#967302', '#2F575E', '#99440A', '#58140C', '#052B51',
  '#511749', '#3F2B5B', '#E0F9D7', '#FCEACA', '#CFFAFF', '#F9E2D2', '#FCE2DE', '#BADFF4', '#F9D9F9', '#DEDAF7',
];

/** What is drawn where no colour is known. */
export const fallbackColor = '#808080';

/** A name, a hexadecimal colour or a CSS colour → a CSS colour; {@link fallbackColor} for what is none. */
export function colorByName(name: string | undefined, ground: Ground): string {
  if (name === undefined || name === '') return fallbackColor;
  if (name === 'transparent') return ground === 'light' ? 'rgba(255, 255, 255, 0)' : 'rgba(0,0,0,0)';
  if (name === 'text') return ground === 'light' ? 'rgba(36, 41, 46, 1)' : 'rgb(204, 204, 220)';
  if (name === 'panel-bg') return ground === 'light' ? '#FFFFFF' : '#181b1f';
  const hue = Object.keys(ramps).find((one) => name.endsWith(one));
  const shade = hue === undefined ? -1 : shades.indexOf(name.slice(0, -hue.length));
  if (hue !== undefined && shade >= 0) return ramps[hue]?.[ground === 'light' ? shade + 1 : shade] ?? fallbackColor;
  return isColor(name) ? name : fallbackColor;
}

/** Whether a text is nothing but a colour: it goes into styles and onto canvases. */
function isColor(text: string): boolean {
  return /^#[0-9a-f]{3,8}$/i.test(text) || /^(?:rgb|hsl)a?\(\s*[\d.%\s,/]+\)$/i.test(text) || /^[a-z]{3,24}$/i.test(text);
}
