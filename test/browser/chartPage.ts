/** The page of the tests of the chart: the element alone. */
import { TimeChart } from '../../src/webviews/chart/timeChart.ts';

customElements.define('kubeprom-chart', TimeChart);
