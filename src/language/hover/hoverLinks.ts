import { Source } from '../generate/source.ts';
import { selectorText } from '../kinds/links/likelyMeant.ts';
import { instanceName } from '../kinds/shared/instances.ts';
import { linksOf } from '../navigation/links.ts';
import { namespacesOf } from '../workspace/links/scope.ts';
import { portsOf } from '../workspace/links/services.ts';
import type { SourceFile } from '../workspace/sourceFile.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Hover } from './hoverExpression.ts';
import { code } from './markdown.ts';

/** What the selector of a monitor at an offset means, and what it finds among the files; undefined elsewhere. */
export function hoverLinks(file: SourceFile, offset: number, workspace: Workspace): Hover | undefined {
  const document = file.documents.find(({ start, end }) => start <= offset && offset <= end);
  const path = document?.pathAt(offset).path ?? [];
  const source = file.objects.find((one) => one.document.whole === document && one.path.every((step, index) => path[index] === step));
  const object = source === undefined ? undefined : (workspace.formsOf(source)[0] ?? source).value;
  if (document === undefined || source === undefined || object === undefined || source.unsettled === true || (object.kind !== 'ServiceMonitor' && object.kind !== 'PodMonitor')) return undefined;
  const own = path.slice(source.path.length);
  if (own[0] !== 'spec' || (own[1] !== 'selector' && own[1] !== 'namespaceSelector')) return undefined;
  const spec = Source.of(object).at('spec');
  const namespaces = namespacesOf(spec, Source.nowhere(object), workspace);
  const where = namespaces === undefined ? 'any namespace' : `namespace ${namespaces.map(code).join(', ')}`;
  const what = object.kind === 'ServiceMonitor' ? 'Services' : 'Pods';
  const selector = spec.at('selector');
  const meaning = selector.isFilled ? `${what} of ${where} with ${code(selectorText(selector))}` : `All ${what} of ${where}`;
  const found = [...new Set(linksOf(object, ['spec', 'selector'], workspace).definitions.map((one) => one.object))];
  const lines = found.slice(0, 10).map((one) => `- ${instanceName(one)}${one.kind === 'Service' ? `: ${portsOf(one).map((port) => `${port.at('name').text || '(no name)'} ${String(port.at('port').value)}`).join(', ')}` : ''}`);
  const others = found.length > 10 ? [`- and ${String(found.length - 10)} others`] : [];
  const list = found.length === 0 ? 'Among the files there is none.' : `Among the files:\n\n${[...lines, ...others].join('\n')}`;
  return { span: document.locate(path, { on: 'key' }), markdown: `${meaning}.\n\n${list}` };
}
