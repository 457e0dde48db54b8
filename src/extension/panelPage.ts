/** The page around a panel's script, which may do nothing but run it: no other script, no connection, no style but its own sheets. */
export function panelPage({ script, nonce, page, subject }: { script: string; nonce: string; page: string; subject: string }): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}';">
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
