import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { issueCertificates } from '../sandbox/certificates.ts';
import { insideNode } from '../sandbox/node.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

const port = 9977;
const configuration = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/refuses';

/** Refuses every object that has the label `refuse`, with what that says. It runs in the node's network, where the API server finds it. */
const program = `
const { createServer } = require('node:https');
const { text } = require('node:stream/consumers');
const { cert, key } = JSON.parse(process.argv[1]);
createServer({ cert, key }, async (request, response) => {
  const { request: { uid, object } } = JSON.parse(await text(request));
  const message = object?.metadata?.labels?.refuse;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid, allowed: message === undefined, status: { message } } }));
}).listen(${String(port)}, '127.0.0.1', () => { console.log('ready'); });
process.stdin.resume().on('end', () => process.exit());
`;

/** An admission webhook in a sandbox; gone at the end of an `await using` block, or with this process. */
export async function refusingWebhook(sandbox: Sandbox): Promise<AsyncDisposable> {
  const { webhook, ca } = await issueCertificates([{ name: 'webhook', commonName: 'webhook', hosts: ['127.0.0.1'] }], sandbox.programs);
  if (webhook === undefined || ca === undefined) throw new Error('no certificate was made');
  const [, pid = ''] = insideNode(sandbox.folders, '');
  const child = spawn('nsenter', ['--target', pid, '--net', process.execPath, '-e', program, JSON.stringify({ cert: webhook.certificate, key: webhook.key })], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), ended.then(() => { throw new Error('The webhook has ended.'); })]);
  await sandbox.cluster.apply({
    apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', metadata: { name: 'refuses' },
    webhooks: [{
      name: 'refuses.small.example', admissionReviewVersions: ['v1'], sideEffects: 'None', failurePolicy: 'Fail', timeoutSeconds: 5, objectSelector: { matchExpressions: [{ key: 'refuse', operator: 'Exists' }] },
      rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: ['*'] }],
      clientConfig: { url: `https://127.0.0.1:${String(port)}/`, caBundle: Buffer.from(ca.certificate).toString('base64') },
    }],
  });
  return {
    [Symbol.asyncDispose]: async () => {
      await sandbox.cluster.delete(configuration);
      child.stdin.end();
      await ended;
    },
  };
}
