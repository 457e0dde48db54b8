import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { explainObjects } from '../../../src/language/chain/explainObjects.ts';
import type { Finding } from '../../../src/language/finding.ts';
import { defaultOperatorOptions } from '../../../src/language/generate/operatorOptions.ts';
import { Source } from '../../../src/language/generate/source.ts';
import { linksAt } from '../../../src/language/navigation/links.ts';
import { defaultSettings } from '../../../src/language/settings/settings.ts';
import { applyEdits } from '../../../src/language/workspace/verifiedEdits.ts';
import type { Workspace } from '../../../src/language/workspace/workspace.ts';
import { missingShared, sharedFolder } from '../../shared.ts';
import { service, workspaceOf } from '../check.ts';
import { Random } from '../random.ts';
import { type BrokenLink, brokenShop, brokenUpstream } from './brokenLinks.ts';
import { shopFiles } from './shop.ts';

const manifests = 'kube-prometheus/manifests';

function upstreamFiles(): Record<string, string> {
  const folder = join(sharedFolder, manifests);
  return Object.fromEntries(readdirSync(folder).filter((name) => name.endsWith('.yaml')).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

const linkCodes = new Set([...brokenShop, ...brokenUpstream].map(({ code }) => code));

/** The findings that tell of links, by file. */
function linkFindings(workspace: Workspace): { file: string; text: string; finding: Finding }[] {
  return [...workspace.files].flatMap((file) => service.check(file, workspace, defaultSettings)
    .filter(({ code }) => linkCodes.has(code))
    .map((finding) => ({ file: file.uri, text: file.text.slice(finding.span.start, finding.span.end), finding })));
}

function shown(workspace: Workspace): string[] {
  return linkFindings(workspace).map(({ file, text, finding }) => `${file} ${finding.code} ${JSON.stringify(text)} ${finding.message}`);
}

/** Applies the first fix of the first finding until nothing is found. */
async function mend(workspace: Workspace): Promise<void> {
  for (let round = 0; round < 20; round++) {
    const [first] = linkFindings(workspace);
    if (first === undefined) return;
    const fix = first.finding.fixes?.[0];
    assert.ok(fix !== undefined, `no fix: ${shown(workspace).join('\n')}`);
    const uri = fix.uri ?? first.file;
    const file = workspace.set(uri, applyEdits(workspace.file(uri)?.text ?? '', fix.edits));
    await service.load(file, workspace, defaultSettings.target);
  }
}

function tested(files: () => Record<string, string>, link: BrokenLink): () => Promise<void> {
  return async () => {
    const broken = files();
    const before = broken[link.file] ?? '';
    assert.ok(before.includes(link.from), 'the text to be broken is not there');
    // A recorded metric is broken where it is recorded: its users are at fault then.
    broken[link.file] = before.replace(link.from, () => link.to);
    const workspace = await workspaceOf(broken);
    const found = linkFindings(workspace);
    assert.ok(found.some(({ file, text, finding }) => file === (link.at ?? link.file) && finding.code === link.code && text === link.text), `found: ${shown(workspace).join('\n')}`);
    await mend(workspace);
    assert.deepEqual(shown(workspace), []);
  };
}

describe('links between the files of a shop', () => {
  test('nothing is wrong with the shop', async () => {
    const workspace = await workspaceOf(shopFiles());
    const findings = [...workspace.files].flatMap((file) => service.check(file, workspace, defaultSettings).map(({ code, message }) => `${file.uri} ${code} ${message}`));
    assert.deepEqual(findings, []);
  });

  for (const link of brokenShop) test(`${link.name}: found at its place, and mended`, tested(shopFiles, link));

  test('a Secret that SOPS encrypted has its keys, and nobody judges its values', async () => {
    const [file, text] = Object.entries(shopFiles()).find(([, one]) => one.includes('kind: Alertmanager\n')) ?? ['', ''];
    assert.ok(text !== '');
    const config = (key: string): string => `apiVersion: monitoring.coreos.com/v1alpha1\nkind: AlertmanagerConfig\nmetadata:\n  name: sops\n  namespace: shop\nspec:\n  route:\n    receiver: slack\n  receivers:\n    - name: slack\n      slackConfigs:\n        - channel: '#shop'\n          apiURL:\n            name: sops\n            key: ${key}\n`;
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: sops\n  namespace: shop\nstringData:\n  url: ENC[AES256_GCM,data:abc,iv:x,tag:y,type:str]\nsops:\n  version: 3.9.0\n';
    const codes = async (key: string): Promise<string[]> => {
      const workspace = await workspaceOf({ [file]: text, 'sops.yaml': secret, 'config.yaml': config(key) });
      const source = workspace.file('config.yaml');
      return source === undefined ? [] : service.check(source, workspace, defaultSettings).map(({ code }) => code).filter((code) => !code.startsWith('selection/'));
    };
    assert.deepEqual(await codes('url'), []);
    assert.deepEqual(await codes('address'), ['alertmanagerconfig/secret']);
  });

  test('a workspace of monitors alone is left in peace', async () => {
    const files = Object.fromEntries(Object.entries(shopFiles()).map(([name, text]) => [name, text.split('---\n').filter((document) => document.includes('Monitor\n')).join('---\n')]));
    const workspace = await workspaceOf(files);
    assert.deepEqual(shown(workspace), []);
  });

  test('a change checks again only what depends on it', async () => {
    const files = shopFiles();
    for (const name of ['basket', 'catalog', 'search']) files[`edge/${name}.yaml`] = (files[`shop/${name}.yaml`] ?? '').replaceAll('namespace: shop', 'namespace: edge');
    const workspace = await workspaceOf(files);
    linkFindings(workspace);
    const checked = (change: () => void): number => {
      const before = service.work(workspace).checkedObjects;
      change();
      linkFindings(workspace);
      return service.work(workspace).checkedObjects - before;
    };
    const edit = (uri: string, from: string, to: string) => () => { workspace.set(uri, (workspace.file(uri)?.text ?? '').replace(from, () => to)); };
    assert.equal(checked(() => {}), 0);
    // A Deployment of the namespace edge: its Services and monitors, and the monitor of the shop that looks there. Nothing of the shop itself.
    const indexed = workspace.indexedObjects;
    assert.equal(checked(edit('edge/basket.yaml', 'containerPort: 8080', 'containerPort: 8081')), 3 + 3 + 1);
    assert.equal(workspace.indexedObjects - indexed, 3);
    // Rules: their own object, the AlertmanagerConfig whose routes name alerts, and the Prometheus that looks at other namespaces.
    assert.equal(checked(edit('shop/rules.yaml', 'for: 10m', 'for: 15m')), 3);
  });

  test('200 harmless edits find nothing', async () => {
    const random = new Random(7_2026);
    const files = shopFiles();
    const workspace = await workspaceOf(files);
    for (let edit = 0; edit < 200; edit++) {
      const name = random.pick(Object.keys(files));
      const change = random.pick(harmless);
      Object.assign(files, change(name, files[name] ?? '', random));
      for (const [uri, text] of Object.entries(files)) if (workspace.file(uri)?.text !== text) await service.load(workspace.set(uri, text), workspace, defaultSettings.target);
      for (const { uri } of [...workspace.files]) if (!Object.hasOwn(files, uri)) workspace.delete(uri);
      assert.deepEqual(shown(workspace), [], `edit ${String(edit)} of ${name}: ${change.name}`);
    }
  });
});

type HarmlessEdit = (name: string, text: string, random: Random) => Record<string, string>;

/** What changes nothing of what the files say: labels added, documents in another order, files split, comments. */
const harmless: readonly HarmlessEdit[] = [
  function labelAdded(name, text, random) {
    return { [name]: text.replaceAll(/^( *)labels:\n/gm, (line, indent: string) => (random.below(3) === 0 ? `${line}${indent}  extra${String(random.below(1_000_000))}: "yes"\n` : line)) };
  },
  function annotationAdded(name, text, random) {
    return { [name]: text.replace(/^metadata:\n(?! {2}annotations)/m, (line) => (text.includes('annotations:') ? line : `${line}  annotations:\n    note: edit ${String(random.below(1000))}\n`)) };
  },
  function orderChanged(name, text, random) {
    const documents = text.split(/^---\n/m);
    for (let index = documents.length - 1; index > 0; index--) {
      const other = random.below(index + 1);
      [documents[index], documents[other]] = [documents[other] ?? '', documents[index] ?? ''];
    }
    return { [name]: documents.join('---\n') };
  },
  function fileSplit(name, text, random) {
    const documents = text.split(/^---\n/m);
    const [first = '', ...others] = documents;
    if (others.length === 0 || name.length > 60) return {};
    return { [name]: first, [name.replace('.yaml', `-${String(random.below(1_000_000))}.yaml`)]: others.join('---\n') };
  },
  function commentAdded(name, text, random) {
    return { [name]: `# edit ${String(random.below(1000))}\n${text}` };
  },
  function portAdded(name, text, random) {
    const number = 10_000 + random.below(20_000);
    return { [name]: text.replace('ports:\n    - name: web', `ports:\n    - name: p${String(number)}\n      port: ${String(number)}\n    - name: web`) };
  },
];

describe('links between the files of kube-prometheus', { skip: missingShared(manifests) ?? false }, () => {
  test('nothing is broken', async () => {
    assert.deepEqual(shown(await workspaceOf(upstreamFiles())), []);
  });

  test('each ServiceMonitor is selected by Prometheus k8s, and finds its Service where that is among the files', async () => {
    const workspace = await workspaceOf(upstreamFiles());
    const surroundings = await service.surroundings(workspace, defaultSettings.target, ['Prometheus', 'ServiceMonitor', 'PrometheusRule', 'Alertmanager', 'AlertmanagerConfig']);
    const explanations = explainObjects(workspace, { scrape: service.scrapeConfigurations(workspace, {}, defaultOperatorOptions), routing: service.alertRoutings(workspace, {}), problemsOf: (file) => service.problems(file, workspace, {}), surroundings });
    const monitors = explanations.filter(({ object }) => object.kind === 'ServiceMonitor');
    assert.equal(monitors.length, 13);
    for (const { object, sentences } of monitors) assert.ok(sentences.includes('Prometheus monitoring/k8s selects it.'), object.name);
    const found = monitors.filter(({ sentences }) => sentences.some((sentence) => sentence.startsWith('Its targets are behind Service monitoring/')));
    const unknown = monitors.filter(({ sentences }) => sentences.some((sentence) => /^No Service of namespace "(?:kube-system|default)" with its labels is among the files/.test(sentence)));
    // Of the control plane kube-prometheus ships no Service: the cluster has them, or not.
    assert.deepEqual(unknown.map(({ object }) => object.name).sort(), ['coredns', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet']);
    assert.equal(found.length, 13 - unknown.length);
  });

  test('every use of a recorded metric in dashboards leads to its definition', async () => {
    const workspace = await workspaceOf(upstreamFiles());
    const file = workspace.file('grafana-dashboardDefinitions.yaml');
    assert.ok(file !== undefined);
    const records = new Set(workspace.list('PrometheusRule').flatMap((object) => Source.of(object).at('spec', 'groups').items.flatMap((group) => group.at('rules').items.map((rule) => rule.at('record').text))));
    const uses = [...file.text.matchAll(/"expr": .*/g)].flatMap(({ 0: line, index }) => [...line.matchAll(/:?[a-zA-Z_]\w*(?::\w+)+/g)].map((word) => ({ word: word[0], offset: index + word.index + 2 })));
    assert.ok(uses.length > 100);
    for (const { word, offset } of uses) {
      // The manifests ship dashboards for Windows without the rules that they need.
      assert.equal(records.has(word), !word.includes('windows'), word);
      assert.equal(linksAt(file, offset, workspace).definitions.length > 0, records.has(word), word);
    }
  });

  for (const link of brokenUpstream) test(`${link.name}: found at its place, and mended`, tested(upstreamFiles, link));
});
