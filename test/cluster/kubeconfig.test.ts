import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { type Kubeconfig, loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { defaultKubeconfigs, KubeconfigFiles } from '../../src/cluster/kubeconfigFiles.ts';
import { until } from '../sandbox/wait.ts';

let folder: string;
before(async () => { folder = await mkdtemp(join(tmpdir(), 'kubeprom-')); });
after(() => rm(folder, { recursive: true }));

async function written(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

/** A kubeconfig with one context of that name. */
const small = (name: string, server = `https://${name}.example:6443`) => `
current-context: ${name}
clusters: [{name: ${name}, cluster: {server: '${server}'}}]
users: [{name: ${name}, user: {token: t-${name}}}]
contexts: [{name: ${name}, context: {cluster: ${name}, user: ${name}}}]
`;

const problems = ({ problems: list }: Kubeconfig) => list.map(({ entry, message }) => `${entry ?? 'file'}: ${message}`);

describe('a kubeconfig', () => {
  test('has all that kubectl reads of a user and a cluster', async () => {
    const file = await written('whole.yaml', `
apiVersion: v1
kind: Config
clusters:
- name: c
  cluster:
    server: https://c.example/
    certificate-authority: pki/ca.crt
    tls-server-name: inside
    proxy-url: http://proxy:3128
    insecure-skip-tls-verify: true
    disable-compression: true
    extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: x}}]
users:
- name: u
  user:
    client-certificate: u.crt
    client-key-data: a2V5
    client-key: ignored
    tokenFile: secrets/token
    as: jane
    as-groups: [a, b]
    as-uid: 7
    as-user-extra: {scopes: [view]}
- name: e
  user:
    exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./bin/login, args: [--a, 1], env: [{name: A, value: b}], provideClusterInfo: true, interactiveMode: Never, installHint: get it}
contexts:
- {name: one, context: {cluster: c, user: u, namespace: shop}}
- {name: two, context: {cluster: c, user: e}}
`);
    const { contexts: [one, two], ...rest } = await loadKubeconfig([file]);
    assert.deepEqual(rest, { problems: [] });
    assert.deepEqual(one?.cluster, { name: 'c', server: 'https://c.example', authority: { file: join(folder, 'pki/ca.crt') }, tlsServerName: 'inside', proxyUrl: 'http://proxy:3128', insecure: true, compression: false });
    assert.deepEqual(one.user, { name: 'u', certificate: { file: join(folder, 'u.crt') }, key: { data: 'a2V5' }, tokenFile: join(folder, 'secrets/token'), impersonate: { user: 'jane', uid: '7', groups: ['a', 'b'], extra: { scopes: ['view'] } } });
    assert.deepEqual([one.namespace, two?.namespace], ['shop', 'default']);
    assert.deepEqual(two?.user.exec, {
      apiVersion: 'client.authentication.k8s.io/v1beta1', command: join(folder, 'bin/login'), args: ['--a', '1'], env: { A: 'b' }, provideClusterInfo: true, interactiveMode: 'Never', installHint: 'get it', config: { audience: 'x' },
    });
  });

  test('of several files takes the first of each name, and says which were left out', async () => {
    const first = await written('first.yaml', small('a', 'https://first.example'));
    const second = await written('second.yaml', `${small('a', 'https://second.example').replace('current-context: a', 'current-context: b')}`);
    const third = await written('third.yaml', small('b'));
    const kubeconfig = await loadKubeconfig([first, join(folder, 'missing.yaml'), second, third]);
    assert.deepEqual(kubeconfig.contexts.map(({ name, cluster, file }) => [name, cluster.server, file]), [['a', 'https://first.example', first], ['b', 'https://b.example:6443', third]]);
    assert.equal(kubeconfig.currentContext, 'a');
    assert.equal(kubeconfig.problems.length, 3);
    assert.ok(kubeconfig.problems.every((problem) => problem.file === second && problem.message.includes(first)));
  });

  test('with broken entries keeps the others', async () => {
    const file = await written('broken.yaml', `
current-context: nowhere
clusters: [{name: ok, cluster: {server: "https://ok.example"}}, {name: none, cluster: {}}, {cluster: {server: x}}, 7, {name: bad, cluster: {server: "ftp://x"}}]
users: [{name: ok, user: {}}, {name: exec, user: {exec: {args: []}}}, {name: as, user: {as-groups: [a]}}]
contexts:
- {name: ok, context: {cluster: ok, user: ok}}
- {name: anonymous, context: {cluster: ok}}
- {name: no-cluster, context: {user: ok}}
- {name: no-server, context: {cluster: none, user: ok}}
- {name: bad-server, context: {cluster: bad, user: ok}}
- {name: no-user, context: {cluster: ok, user: missing}}
- {name: no-command, context: {cluster: ok, user: exec}}
- {name: no-as, context: {cluster: ok, user: as}}
- {name: text, context: hello}
`);
    const kubeconfig = await loadKubeconfig([file]);
    assert.deepEqual(kubeconfig.contexts.map(({ name }) => name), ['ok', 'anonymous']);
    assert.deepEqual(problems(kubeconfig), [
      'clusters[2]: The entry has no name.', 'clusters[3]: The entry has no name.', 'contexts[8] "text": context is no mapping.',
      'context "no-cluster": The context names no cluster.', 'context "no-server": The cluster "none" has no server.',
      'context "bad-server": The server of the cluster "bad" is no address: ftp://x', 'context "no-user": The context\'s user "missing" is in no file.',
      'context "no-command": The exec plugin of the user "exec" has no command.', 'context "no-as": The user "as" has as-groups, as-uid or as-user-extra without as.',
      'current-context: There is no context "nowhere".',
    ]);
  });

  test('that cannot be read is a problem of that file alone', async () => {
    const texts = { 'list.yaml': '- a\n- b', 'text.yaml': 'hello', 'tabs.yaml': 'a: [', 'sections.yaml': 'contexts: 7', 'bomb.yaml': `a: &a [x]\n${Array.from({ length: 12 }, (_, i) => `b${String(i)}: &b${String(i)} [${Array(10).fill(i === 0 ? '*a' : `*b${String(i - 1)}`).join(',')}]`).join('\n')}` };
    for (const [name, text] of Object.entries(texts)) {
      const kubeconfig = await loadKubeconfig([await written(name, text), await written('good.yaml', small('good'))]);
      assert.deepEqual(kubeconfig.contexts.map((context) => context.name), ['good'], name);
      assert.equal(kubeconfig.problems.length, 1, name);
    }
    const { problems: [folderProblem] } = await loadKubeconfig([folder]);
    assert.match(folderProblem?.message ?? '', /cannot be read/);
  });

  test('is found as kubectl finds it', () => {
    assert.deepEqual(defaultKubeconfigs({ KUBECONFIG: ['a', '', 'b', 'a'].join(delimiter) }), ['a', 'b']);
    assert.deepEqual(defaultKubeconfigs({ HOME: folder }), [join(folder, '.kube', 'config')]);
  });
});

describe('changes of a kubeconfig', () => {
  async function watching(files: string[], body: (seen: string[][], config: KubeconfigFiles) => Promise<void>): Promise<void> {
    const seen: string[][] = [];
    const config = new KubeconfigFiles(files, ({ contexts }) => { seen.push(contexts.map(({ name }) => name)); });
    try {
      await config.load();
      await body(seen, config);
    } finally {
      config.dispose();
    }
  }
  const last = (seen: string[][], ...names: string[]) => until(names.join(), 120, () => Promise.resolve(seen.at(-1)?.join() === names.join() ? true : undefined), 10);

  test('are seen: a file written, replaced, removed, and those that appear with their folders', async () => {
    const file = await written('live.yaml', small('a'));
    const later = join(folder, 'later', 'config');
    const deep = join(folder, 'deep', 'deeper', 'config');
    await watching([file, later, deep], async (seen) => {
      await writeFile(file, small('b'));
      await last(seen, 'b');
      await rename(await written('next', small('c')), file);
      await last(seen, 'c');
      await mkdir(join(folder, 'later'));
      await writeFile(later, small('d'));
      await last(seen, 'c', 'd');
      await writeFile(later, small('e'));
      await last(seen, 'c', 'e');
      await rm(file);
      await last(seen, 'e');
      await mkdir(dirname(deep), { recursive: true });
      await writeFile(deep, small('f'));
      await last(seen, 'e', 'f');
    });
  });

  test('that change nothing are not told', async () => {
    const file = await written('same.yaml', small('a'));
    await watching([file], async (seen) => {
      await writeFile(file, `${await readFile(file, 'utf8')}# a comment\n`);
      await writeFile(join(folder, 'other.yaml'), small('x'));
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.deepEqual(seen, []);
    });
  });

  test('contexts of a further file are added, and the user\'s files stay as they are', async () => {
    const file = await written('mine.yaml', small('a'));
    const added = await written('given.yaml', small('b'));
    await watching([file], async (seen, config) => {
      const { contexts, currentContext } = await config.add(added);
      assert.deepEqual([contexts.map(({ name }) => name), currentContext], [['a', 'b'], 'a']);
      await writeFile(added, small('c'));
      await last(seen, 'a', 'c');
      assert.equal(await readFile(file, 'utf8'), small('a'));
    });
  });
});
