/** A page that says one sentence in place of Grafana's. */
export function noticePage(message: string): string {
  const text = message.replace(/[&"<>]/g, (character) => `&#${String(character.charCodeAt(0))};`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Kubeprom</title><body style="font: 14px system-ui, sans-serif; margin: 3em"><p role="alert">${text}</p></body></html>\n`;
}
