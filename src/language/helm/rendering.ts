import type { KubernetesObject } from '../kinds/objects.ts';
import { objectsIn } from '../workspace/objectsIn.ts';
import { readYaml } from '../yaml/reader.ts';

/** An object that `helm template` printed. */
export interface RenderedObject {
  /** The template that it comes from, as a path in the chart's folder; empty where helm does not say it. */
  readonly template: string;
  readonly value: KubernetesObject;
}

/** What became of a chart: its objects, or a sentence that says why there are none. */
export type Rendering = { readonly objects: readonly RenderedObject[] } | { readonly failure: string };

/**
 * Reads what `helm template` prints: documents that each name their template (`# Source: CHART/templates/FILE`). The name before
 * the first slash is the chart's own, whatever its folder is called; `CHART/charts/NAME/templates/FILE` is of a chart in it.
 */
export function readRendering(output: string): RenderedObject[] {
  return output.split(/^---[ \t]*\r?$/m).flatMap((text) => {
    const source = /^\s*# Source: [^/\n]+\/([^\r\n]+)/.exec(text)?.[1] ?? '';
    const template = /(?:^|\/)\.\.(?:\/|$)/.test(source) ? '' : source;
    return readYaml(text).flatMap((document) => objectsIn(document.toJS(), []).map(({ value }) => ({ template, value })));
  });
}
