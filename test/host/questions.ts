/** Answers what VS Code asks in its lists (quick picks) and boxes. */
import type { Locator } from 'playwright-core';
import type { Workbench } from './workbench.ts';

/** Milliseconds until a question is there, and until it is answered, on a machine that does much else. */
const patience = 120_000;
/** Milliseconds for one attempt at a click. */
const attempt = 5_000;

/** The one list or box in which VS Code asks. */
export function question({ page }: Workbench): Locator {
  return page.locator('.quick-input-widget');
}

/** The entries of the list that is open. */
export function choices(workbench: Workbench): Locator {
  return question(workbench).locator('.quick-input-list .monaco-list-row');
}

/** Waits for a question by its title, and gives all that it says: its placeholder, and its entries, one a line. */
export async function asked(workbench: Workbench, title: string | RegExp): Promise<string> {
  const widget = question(workbench);
  await widget.locator('.quick-input-title', { hasText: title }).waitFor({ timeout: patience });
  if (await widget.locator('.quick-input-list').isVisible()) await choices(workbench).first().waitFor({ timeout: patience });
  return `${await widget.locator('input').getAttribute('placeholder') ?? ''}\n${(await choices(workbench).allTextContents()).join('\n')}`;
}

/**
 * Chooses an entry of a list, once it is there. Where an earlier click has left the mouse over another entry, the hover of that
 * entry lies over its neighbours and would stay: the mouse goes out of the way before each attempt.
 */
export async function choose(workbench: Workbench, label: string | RegExp): Promise<void> {
  const { page } = workbench;
  const entry = choices(workbench).filter({ hasText: label });
  await entry.waitFor({ timeout: patience });
  const { width, height } = page.viewportSize() ?? { width: 800, height: 600 };
  for (const end = Date.now() + patience; ;) {
    await page.mouse.move(width / 2, height - 60);
    try {
      await entry.click({ timeout: attempt });
      break;
    } catch (error) {
      // It may have been clicked, and only what follows have taken long.
      if (error instanceof Error && error.message.includes('click action done')) break;
      if (Date.now() > end) throw error;
    }
  }
  // So that nobody takes this list for the next, which may have such an entry, too.
  await entry.waitFor({ state: 'hidden', timeout: attempt }).catch(() => undefined);
}

/** Types the answer to a question, by its title, into its box. A list has such a title and a box as well: one that is still closing is waited for. */
export async function enter(workbench: Workbench, title: string | RegExp, text: string): Promise<void> {
  const widget = question(workbench);
  await widget.locator('.quick-input-title', { hasText: title }).waitFor({ timeout: patience });
  await widget.locator('.quick-input-list').waitFor({ state: 'hidden', timeout: patience });
  const box = widget.locator('input.input');
  await box.fill(text, { timeout: patience });
  await box.press('Enter');
}
