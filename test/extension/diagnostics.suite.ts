import * as vscode from 'vscode';
import { equal, ok } from './assert.ts';
import { diagnosticsOf, extensionId, showSample } from './workspace.ts';

suite('diagnostics', () => {
  test('nothing is said before a monitoring document is opened, then the word at fault is underlined', async () => {
    const document = await showSample('shop/rules.yaml');
    const errors = (await diagnosticsOf(document)).filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
    const fault = errors.find(({ code }) => codeOf(code) === 'promql/syntax');
    ok(fault, `the PromQL error among ${JSON.stringify(errors)}`);
    equal(document.getText(fault.range), 'http_requests_total{job="checkout"}', 'the range names the argument in the third line of the folded block');
    equal(fault.source, 'kubeprom');
  });

  test('an edit that mends the expression takes its error away, and only that one', async () => {
    const document = await showSample('shop/rules.yaml');
    const isFault = ({ code }: vscode.Diagnostic) => codeOf(code) === 'promql/syntax';
    const before = await diagnosticsOf(document, (all) => all.some(isFault));
    const place = document.positionAt(document.getText().indexOf('{job="checkout"}))') + '{job="checkout"}'.length);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, place, '[5m]');
    ok(await vscode.workspace.applyEdit(edit));
    const after = await diagnosticsOf(document, (all) => !all.some(isFault));
    equal(after.length, before.filter((one) => !isFault(one)).length);
    await vscode.commands.executeCommand('undo');
    await diagnosticsOf(document, (all) => all.some(isFault));
  });

  test('a file that is fine has none', async () => {
    const document = await showSample('shop/rules.yaml');
    await diagnosticsOf(document);
    const fine = await showSample('shop/prometheus.yaml');
    equal(vscode.languages.getDiagnostics(fine.uri).filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error), []);
  });
});

suite('the extension', () => {
  test('registers every command that its manifest declares', async () => {
    const extension = vscode.extensions.getExtension(extensionId);
    ok(extension, 'the extension is installed');
    await extension.activate();
    const { contributes } = extension.packageJSON as { contributes: { commands: { command: string }[] } };
    const known = new Set(await vscode.commands.getCommands(true));
    equal(contributes.commands.filter(({ command }) => !known.has(command)), []);
  });

  test('outlines groups, records and alerts', async () => {
    const document = await showSample('shop/rules.yaml');
    await diagnosticsOf(document);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', document.uri);
    const names = (list: readonly vscode.DocumentSymbol[]): string[] => list.flatMap(({ name, children }) => [name, ...names(children)]);
    for (const name of ['checkout', 'job:http_requests:rate5m', 'CheckoutErrors', 'CheckoutSlow']) {
      ok(names(symbols).some((one) => one.includes(name)), `${name} in ${JSON.stringify(names(symbols))}`);
    }
  });

  test('answers again after its server was restarted', async () => {
    const document = await showSample('shop/rules.yaml');
    await diagnosticsOf(document);
    await vscode.commands.executeCommand('kubeprom.server.restart');
    await diagnosticsOf(document);
  });
});

function codeOf(code: vscode.Diagnostic['code']): unknown {
  return typeof code === 'object' ? code.value : code;
}
