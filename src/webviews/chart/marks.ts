import uPlot from 'uplot';
import type { ChartOptions } from './chartData.ts';
import { type ChartTheme, colorOf, transparent } from './theme.ts';

/** Draws thresholds and annotations behind the lines. */
export function drawMarks(plot: uPlot, { thresholds = [], annotations = [] }: ChartOptions, theme: ChartTheme): void {
  if (thresholds.length === 0 && annotations.length === 0) return;
  const { ctx, bbox: { left, top, width, height } } = plot;
  const pixel = uPlot.pxRatio;
  const inside = (value: number, from: number, size: number): number => Math.min(Math.max(value, from), from + size);
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.font = theme.font.replace('11px', `${String(11 * pixel)}px`);
  for (const { value, label, color, shade } of thresholds) {
    const y = plot.valToPos(value, 'left', true);
    const stroke = colorOf(theme, 4, color);
    if (shade !== undefined) {
      const edge = inside(y, top, height);
      ctx.fillStyle = transparent(stroke, 0.12);
      if (shade === 'above') ctx.fillRect(left, top, width, edge - top);
      else ctx.fillRect(left, edge, width, top + height - edge);
    }
    ctx.strokeStyle = stroke;
    ctx.lineWidth = pixel * (theme.isHighContrast ? 2 : 1.25);
    ctx.setLineDash([6 * pixel, 4 * pixel]);
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(left + width, y);
    ctx.stroke();
    if (label !== undefined) {
      ctx.fillStyle = theme.foreground;
      ctx.textAlign = 'right';
      ctx.textBaseline = y - top > 16 * pixel ? 'bottom' : 'top';
      ctx.fillText(label, left + width - 4 * pixel, y);
    }
  }
  for (const { from, to, color } of annotations) {
    const stroke = colorOf(theme, 4, color);
    const start = inside(plot.valToPos(from, 'x', true), left, width);
    if (to !== undefined) {
      const end = inside(plot.valToPos(to, 'x', true), left, width);
      ctx.fillStyle = transparent(stroke, 0.2);
      ctx.fillRect(start, top, Math.max(end - start, pixel), height);
    }
    ctx.strokeStyle = stroke;
    ctx.lineWidth = pixel;
    ctx.setLineDash([3 * pixel, 3 * pixel]);
    ctx.beginPath();
    ctx.moveTo(start, top);
    ctx.lineTo(start, top + height);
    ctx.stroke();
  }
  ctx.restore();
}
