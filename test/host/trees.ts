/** Works with the rows of VS Code's trees, which are painted anew whenever something of them changes. */
import type { Locator } from 'playwright-core';

/** Milliseconds for what is tried, on a machine that does much else. */
const patience = 120_000;
/** Milliseconds for one attempt. */
const attempt = 5_000;

/** Tries something again until it does not reject: a row that is painted anew in the middle of it loses the click. */
async function insist(what: () => Promise<void>): Promise<void> {
  for (const end = Date.now() + patience; ;) {
    try {
      await what();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

/** Opens a row, or closes it. */
export async function expand(row: Locator, isOpen = true): Promise<void> {
  await row.waitFor({ timeout: patience });
  const done = row.and(row.page().locator(`[aria-expanded="${String(isOpen)}"]`));
  await insist(async () => {
    if (await done.isVisible()) return;
    await row.locator('.monaco-tl-twistie').click({ timeout: attempt });
    await done.waitFor({ timeout: attempt });
  });
}

/** Selects a row. The extension hears of it a little later than this resolves. */
export async function select(row: Locator): Promise<void> {
  await row.waitFor({ timeout: patience });
  const done = row.and(row.page().locator('.selected'));
  await insist(async () => {
    if (await done.isVisible()) return;
    await row.click({ timeout: attempt });
    await done.waitFor({ timeout: attempt });
  });
}

/** Clicks an action of a row, which shows while the mouse is over it. */
export async function act(row: Locator, name: string): Promise<void> {
  await row.waitFor({ timeout: patience });
  await insist(async () => {
    await row.hover({ timeout: attempt });
    await row.getByRole('button', { name, exact: true }).click({ timeout: attempt });
  });
}
