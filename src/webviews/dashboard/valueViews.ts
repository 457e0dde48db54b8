import { html, nothing, svg, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { Panel } from '../../dashboards/model/dashboard.ts';
import { colorByName, type Ground } from '../../dashboards/values/colors.ts';
import { formattedText } from '../../dashboards/values/numbers.ts';
import type { SingleValue } from '../../dashboards/singleValues.ts';

/** Sets styles from data by script: the page's policy allows no style attributes. */
export function styled(styles: Readonly<Record<string, string>>): ReturnType<typeof ref> {
  return ref((element) => {
    if (element instanceof HTMLElement || element instanceof SVGElement) for (const [name, value] of Object.entries(styles)) element.style.setProperty(name, value);
  });
}

const noData = html`<p class="empty" role="status">No data</p>`;

/** Big numbers. */
export function statView({ options, title }: Panel, values: readonly SingleValue[]): TemplateResult {
  if (values.length === 0) return noData;
  const mode = options['textMode'];
  const colorMode = options['colorMode'] ?? 'value';
  return html`<div class="stats">${values.map((value) => {
    const { display, title: name } = value;
    const showsName = mode === 'value_and_name' || mode === 'name' || (mode !== 'value' && values.length > 1);
    return html`<div class="stat ${colorMode === 'background' || colorMode === 'background_solid' ? 'filled' : ''}" ${styled(colorMode === 'none' ? {} : { '--value-color': display.color })} title=${`${title}: ${name}`}>
      ${showsName ? html`<span class="name">${name}</span>` : nothing}
      ${mode === 'name' ? nothing : html`<span class="value ${colorMode === 'value' ? 'colored' : ''}">${formattedText(display)}</span>`}
      ${options['graphMode'] === 'area' ? sparkline(value) : nothing}
    </div>`;
  })}</div>`;
}

function sparkline({ values, display }: SingleValue): TemplateResult | typeof nothing {
  const numbers = values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  if (numbers.length < 2) return nothing;
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const points = numbers.map((value, index) => `${((index / (numbers.length - 1)) * 100).toFixed(2)},${(29 - (high === low ? 14 : ((value - low) / (high - low)) * 28)).toFixed(2)}`).join(' ');
  return html`<svg class="spark" viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true"><polyline points=${points} fill="none" stroke=${display.color} stroke-width="1.5" vector-effect="non-scaling-stroke"></polyline></svg>`;
}

const share = ({ display, min, max }: SingleValue): number => Math.min(Math.max((display.numeric - min) / (max - min), 0), 1) || 0;

/** A three-quarter ring for each value. */
export function gaugeView({ options }: Panel, values: readonly SingleValue[], ground: Ground): TemplateResult {
  if (values.length === 0) return noData;
  return html`<div class="gauges">${values.map((value) => html`<div class="gauge">
    <svg viewBox="0 0 120 100" role="meter" aria-label=${value.title} aria-valuemin=${value.min} aria-valuemax=${value.max} aria-valuetext=${formattedText(value.display)} aria-valuenow=${Number.isNaN(value.display.numeric) ? value.min : value.display.numeric}>
      <path class="track" d=${arc(0, 1, 44)} fill="none" stroke-width="14"></path>
      ${share(value) > 0 ? svg`<path d=${arc(0, share(value), 44)} fill="none" stroke=${value.display.color} stroke-width="14"></path>` : nothing}
      ${options['showThresholdMarkers'] === false ? nothing : thresholdArcs(value, ground)}
      <text x="60" y="66" text-anchor="middle" class="number" fill="currentColor" font-size=${Math.min(17, 110 / Math.max(1, formattedText(value.display).length))}>${formattedText(value.display)}</text>
    </svg>
    ${values.length > 1 || options['showThresholdLabels'] === true ? html`<span class="name">${value.title}</span>` : nothing}
  </div>`)}</div>`;
}

function thresholdArcs({ field, min, max }: SingleValue, ground: Ground): TemplateResult[] {
  const steps = field.config.thresholds?.steps ?? [];
  const isPercent = field.config.thresholds?.mode === 'percentage';
  const at = (value: number): number => Math.min(Math.max(isPercent ? value / 100 : (value - min) / (max - min), 0), 1);
  return steps.flatMap(({ value, color }, index) => {
    const [from, to] = [Number.isFinite(value) ? at(value) : 0, steps[index + 1] === undefined ? 1 : at(steps[index + 1]?.value ?? 0)];
    return to <= from ? [] : [svg`<path d=${arc(from, to, 54)} fill="none" stroke=${colorByName(color, ground)} stroke-width="3"></path>`];
  });
}

/** A piece of the ring that leaves a quarter open below. */
function arc(from: number, to: number, radius: number): string {
  const point = (at: number): string => {
    const angle = (0.75 + at * 1.5) * Math.PI;
    return `${(60 + radius * Math.cos(angle)).toFixed(2)} ${(60 + radius * Math.sin(angle)).toFixed(2)}`;
  };
  return `M ${point(from)} A ${String(radius)} ${String(radius)} 0 ${to - from > 2 / 3 ? '1' : '0'} 1 ${point(to)}`;
}

/** A bar a value. */
export function barGaugeView({ options }: Panel, values: readonly SingleValue[]): TemplateResult {
  if (values.length === 0) return noData;
  return html`<div class="bars ${options['orientation'] === 'vertical' ? 'vertical' : ''}">${values.map((value) => html`<div class="bar">
    <span class="name">${value.title}</span>
    <span class="track" role="meter" aria-label=${value.title} aria-valuemin=${value.min} aria-valuemax=${value.max} aria-valuenow=${Number.isNaN(value.display.numeric) ? value.min : value.display.numeric} aria-valuetext=${formattedText(value.display)}><span class="fill" ${styled({ '--share': `${String(share(value) * 100)}%`, '--value-color': value.display.color })}></span></span>
    <span class="value">${formattedText(value.display)}</span>
  </div>`)}</div>`;
}

/** Shares of a whole, and a legend with the values. */
export function pieView({ options }: Panel, values: readonly SingleValue[]): TemplateResult {
  const positive = values.filter(({ display }) => display.numeric > 0);
  const sum = positive.reduce((total, { display }) => total + display.numeric, 0);
  if (sum === 0) return noData;
  let start = 0;
  return html`<div class="pie"><svg viewBox="-52 -52 104 104" aria-hidden="true">${positive.map((value) => {
    const part = value.display.numeric / sum;
    const slice = svg`<circle r="25" fill="none" stroke=${value.display.color} stroke-width="50" stroke-dasharray=${`${String(part * 157.08)} 157.08`} stroke-dashoffset=${String(-start * 157.08)} transform="rotate(-90)"></circle>`;
    start += part;
    return slice;
  })}${options['pieType'] === 'donut' ? svg`<circle r="28" class="hole"></circle>` : nothing}</svg>
  <ul aria-label="Shares">${positive.map((value) => html`<li><svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" fill=${value.display.color}></rect></svg> ${value.title}: ${formattedText(value.display)} (${((value.display.numeric / sum) * 100).toFixed(0)} %)</li>`)}</ul></div>`;
}

