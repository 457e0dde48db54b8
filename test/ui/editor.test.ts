/** What a user sees of a rule file's findings, in three themes; the pictures are those of the documentation. */
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { openWorkbench, projectFolder } from '../host/workbench.ts';

const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern', 'high-contrast': 'Default High Contrast' };

describe('a rule file in VS Code', () => {
  for (const [name, theme] of Object.entries(themes)) {
    test(`shows its findings in the ${name} theme`, async (t) => {
      const folder = temporaryFolder('ui');
      // Its name is in the pictures.
      const workspace = join(folder, 'samples');
      cpSync(join(projectFolder, 'samples'), workspace, { recursive: true });
      t.after(() => { removeFolder(folder); });
      const workbench = await openWorkbench({ workspace, file: join(workspace, 'shop/rules.yaml'), settings: { 'workbench.colorTheme': theme, 'workbench.hover.delay': 500 } });
      t.after(() => workbench.close());
      const { page } = workbench;
      const picture = (what: string): Promise<void> => workbench.screenshot(join(projectFolder, `docs/images/${what}-${name}.png`));

      await workbench.waitFor((vscode) => vscode.languages.getDiagnostics().flatMap(([, all]) => all).filter((one) => one.severity === 0).map((one) => one.range.start.line), [], (lines) => lines.length === 2);
      // The third line of the folded block is line 21; its squiggle stands on that line, under the selector.
      const squiggle = page.locator('.squiggly-error').first();
      await squiggle.waitFor();
      // Lines move while code lenses come.
      const isOnLine = async (): Promise<boolean> => {
        const [mark, line] = await Promise.all([squiggle.boundingBox(), page.locator('.view-line', { hasText: 'sum by (job) (rate(http_requests_total{job="checkout"}))' }).boundingBox()]);
        return mark !== null && line !== null && mark.y >= line.y && mark.y < line.y + line.height;
      };
      const end = Date.now() + 60_000;
      while (!(await isOnLine())) assert.ok(Date.now() < end, 'the squiggle is on the line of the fault');
      await picture('squiggle');

      await workbench.evaluate((vscode) => vscode.commands.executeCommand('workbench.actions.view.problems'));
      const problems = page.locator('.markers-panel');
      await problems.getByText('expected type range vector in call to function "rate", got instant vector').waitFor();
      await problems.getByText('did you mean "annotations"?').waitFor();
      await picture('problems');

      await workbench.evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closePanel'));
      await page.locator('[id="status.languageStatus"]').hover();
      await page.locator('.hover-language-status').getByText('Prometheus shop/shop v3.13.2').waitFor();
      await picture('status-item');
      assert.deepEqual(workbench.lines().filter((one) => /\berror\b/i.test(one) && /kubeprom|extension\.cjs/i.test(one)), [], 'nothing of ours fails');
    });
  }
});
