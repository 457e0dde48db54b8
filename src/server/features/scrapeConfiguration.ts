import { monitorKinds } from '../../language/chain/scrapeConfiguration.ts';
import { isMonitor, isScrapeServer, previewMonitors, previewServer } from '../../language/chain/scrapePreview.ts';
import type { Origin } from '../../language/generate/node.ts';
import { scrapeServers } from '../../language/kinds/monitors.ts';
import type { SourceFile, SourceObject } from '../../language/workspace/sourceFile.ts';
import type { Place, ScrapeConfigurationParams, ScrapeConfigurationResult, TextPosition } from '../protocol.ts';
import type { FeatureContext } from './featureContext.ts';
import { objectAt, Places } from './places.ts';

/** The scrape configuration to be of what stands at a place; null where a file has nothing that is scraped or scrapes. */
export async function scrapeConfigurationFor({ uri, position, server }: ScrapeConfigurationParams, context: FeatureContext): Promise<ScrapeConfigurationResult | null> {
  const service = await context.service;
  const { workspace } = context.files;
  const surroundings = await service.surroundings(workspace, context.targetFor(uri), [...monitorKinds, ...scrapeServers]);
  // Read after the schemas, which may have taken a while.
  const file = workspace.file(uri);
  if (file === undefined) return null;
  const subjects = subjectsOf(file, position).map((source) => workspace.formsOf(source)[0] ?? source);
  const [first] = subjects;
  if (first === undefined) return null;
  const preview = isScrapeServer(first.value)
    ? previewServer(first.value, surroundings)
    : previewMonitors(subjects.map(({ value }) => value), { ...surroundings, server });
  return { ...preview, ...linesOf(preview.origins, new Places(workspace, subjects)) };
}

/** Many lines come from one field: its place is found and sent once. */
function linesOf(origins: readonly (Origin | undefined)[], places: Places): Pick<ScrapeConfigurationResult, 'places' | 'origins'> {
  const found: Place[] = [];
  const known = new Map<Origin, number | null>();
  const lines = origins.map((origin) => {
    if (origin === undefined) return null;
    const index = known.get(origin);
    if (index !== undefined) return index;
    const place = places.of(origin);
    const line = place === null ? null : found.push(place) - 1;
    known.set(origin, line);
    return line;
  });
  return { places: found, origins: lines };
}

/** The monitor or server at the cursor, else all monitors of the file, else its first server. */
function subjectsOf(file: SourceFile, position: TextPosition | undefined): readonly SourceObject[] {
  const at = position === undefined ? undefined : objectAt(file, position);
  if (at !== undefined && (isMonitor(at.value) || isScrapeServer(at.value))) return [at];
  const monitors = file.objects.filter(({ value }) => isMonitor(value));
  return monitors.length > 0 ? monitors : file.objects.filter(({ value }) => isScrapeServer(value)).slice(0, 1);
}
