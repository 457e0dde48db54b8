/** How fast a chart of 50 series × 5,000 points follows panning and zooming, beside bare uPlot on the same page. */
import { build } from 'esbuild';
import { launchChromium } from '../host/chromium.ts';
import { serve } from '../host/staticServer.ts';
import { projectFolder } from '../host/workbench.ts';

/** Milliseconds of a frame's work: until the picture is there, which reading one pixel of it waits for. */
export interface FrameTimes {
  readonly p50: number;
  readonly p95: number;
}

export interface ChartTimes {
  readonly ours: FrameTimes;
  readonly uPlot: FrameTimes;
}

interface Drawn {
  show(from: number, to: number): void;
  canvas(): HTMLCanvasElement;
}

/** Measures both by turns, frame after frame, in Chromium. @param frames of each */
export async function chartFrames(frames: number): Promise<ChartTimes> {
  const { outputFiles } = await build({ absWorkingDir: projectFolder, entryPoints: ['test/bench/chartPage.ts'], bundle: true, write: false, minify: true, format: 'esm', platform: 'browser', target: 'es2023', loader: { '.css': 'text' } });
  const script = outputFiles[0]?.text ?? '';
  const server = await serve((path) => (path === '/' ? { text: '<!doctype html><meta charset="utf-8"><body class="vscode-dark"><script type="module" src="/page.js"></script>' } : path === '/page.js' ? { text: script } : undefined));
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1000, height: 800 } });
    await page.goto(server.origin);
    await page.waitForFunction(() => 'drawn' in globalThis);
    const times = await page.evaluate(async (count) => {
      const { ours, bare } = (globalThis as unknown as { drawn: { ours: Drawn; bare: Drawn } }).drawn;
      const nextFrame = (): Promise<void> => new Promise((resolve) => { requestAnimationFrame(() => { resolve(); }); });
      const [start, length] = [1_700_000_000, 4999 * 15];
      const found: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
      for (let frame = -5; frame < count; frame++) {
        // Half of the frames pan a view of three quarters, the others zoom from all to a tenth and back.
        const phase = (frame % (count / 2)) / (count / 2);
        const width = frame < count / 2 ? 0.75 : 0.1 + 0.9 * Math.abs(Math.cos(phase * Math.PI));
        const from = start + length * (frame < count / 2 ? 0.25 * phase : (1 - width) / 2);
        for (const [name, drawn] of [['ours', ours], ['bare', bare]] as const) {
          await nextFrame();
          const begun = performance.now();
          drawn.show(from, from + length * width);
          // Both draw in microtasks after this.
          await new Promise((resolve) => { setTimeout(resolve); });
          drawn.canvas().getContext('2d')?.getImageData(0, 0, 1, 1);
          if (frame >= 0) found[name].push(performance.now() - begun);
        }
      }
      return found;
    }, frames);
    return { ours: quantiles(times.ours), uPlot: quantiles(times.bare) };
  } finally {
    await browser.close();
    await server.close();
  }
}

function quantiles(times: readonly number[]): FrameTimes {
  const sorted = times.toSorted((a, b) => a - b);
  return { p50: sorted[Math.floor(sorted.length * 0.5)] ?? 0, p95: sorted[Math.floor(sorted.length * 0.95)] ?? 0 };
}

