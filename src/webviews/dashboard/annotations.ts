import type { AnnotationQuery } from '../../dashboards/model/dashboard.ts';
import { legendText } from '../../dashboards/queries/answerFrames.ts';
import { colorByName, type Ground } from '../../dashboards/values/colors.ts';
import type { Annotation } from '../chart/chartData.ts';
import type { AnswerView } from '../dashboardProtocol.ts';

/** Events drawn at most. */
const most = 200;

/** Samples above zero are events; neighbours, a step apart, are one that lasts. @param step seconds */
export function annotationsFrom({ name, titleFormat, textFormat, color }: AnnotationQuery, { series }: AnswerView, step: number, ground: Ground): Annotation[] {
  return series.flatMap(({ labels, values = [] }) => {
    const title = [titleFormat, textFormat].map((format) => (format === '' ? '' : legendText(format, labels, ''))).filter((text) => text !== '').join(': ') || name;
    const events: { from: number; to?: number; title: string; color: string }[] = [];
    let last = -Infinity;
    for (const [time, value] of values) {
      if (!(Number(value) > 0)) continue;
      const open = events.at(-1);
      if (open !== undefined && time - last <= step * 1.5) open.to = time;
      else events.push({ from: time, title, color: colorByName(color, ground) });
      last = time;
    }
    return events;
  }).slice(0, most);
}
