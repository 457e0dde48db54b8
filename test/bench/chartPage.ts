/** The page of the chart's measurement: the same lines in our chart and in bare uPlot, of the same size. */
import uPlot from 'uplot';
import { TimeChart } from '../../src/webviews/chart/timeChart.ts';

const points = 5000;
const lines = 50;
const height = 300;

const times = Float64Array.from({ length: points }, (_, index) => 1_700_000_000 + index * 15);
let seed = 7;
const random = (): number => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return seed / 2 ** 32;
};
const values = Array.from({ length: lines }, (_, line) => {
  let value = line * 4;
  return Float64Array.from(times, () => (value += random() - 0.5));
});
const colours = ['#3794ff', '#d18616', '#89d185', '#b180d7', '#f14c4c', '#cca700'];

customElements.define('kubeprom-chart', TimeChart);
const chart = document.createElement('kubeprom-chart') as TimeChart;
chart.data = { times, series: values.map((one, line) => ({ name: `series ${String(line)}`, values: one, color: colours[line % colours.length] ?? '' })) };
chart.options = { height, legend: 'none' };
document.body.append(chart);
await chart.updateComplete;

const place = document.createElement('div');
document.body.append(place);
const bare = new uPlot({
  width: chart.clientWidth, height, legend: { show: false },
  series: [{}, ...values.map((_, line) => ({ stroke: colours[line % colours.length] ?? '', width: 1, points: { show: false } }))],
}, [times, ...values], place);

Object.assign(globalThis, {
  drawn: {
    ours: { show: (from: number, to: number) => { chart.show({ from, to }); }, canvas: () => chart.renderRoot.querySelector('canvas') },
    bare: { show: (min: number, max: number) => { bare.setScale('x', { min, max }); }, canvas: () => bare.ctx.canvas },
  },
});
