/**
 * The page around a panel's script, which may do nothing but run it: no other script, no connection, no style but its own sheets.
 * @param frame the one origin that it may show in a frame; none when absent
 */
export function panelPage({ script, nonce, page, subject, frame }: { script: string; nonce: string; page: string; subject: string; frame?: string }): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}';${frame === undefined ? '' : ` frame-src ${escaped(new URL(frame).origin)};`}">
<title>Kubeprom</title>
</head>
<body data-subject="${escaped(subject)}">
<kubeprom-${page}></kubeprom-${page}>
<script type="module" nonce="${nonce}" src="${escaped(script)}"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&"<>]/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
