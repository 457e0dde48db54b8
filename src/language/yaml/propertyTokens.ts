import { isBreak, type TextCursor } from './textCursor.ts';
import { type Token, YamlFault } from './token.ts';

const uriCharacter = /[\w\-;/?:@&=+$,.!~*'()[\]%]/;

/** Reads `*name` or `&name`. @throws YamlFault */
export function anchor(cursor: TextCursor, kind: 'alias' | 'anchor'): Token {
  const start = cursor.position++;
  const name = cursor.word();
  if (name === '' || !(cursor.isBlankOrEnd(cursor.position) || '?:,]}%@`'.includes(cursor.text.charAt(cursor.position)))) {
    throw new YamlFault(`while scanning an ${kind}: did not find expected alphabetic or numeric character`, start, cursor.position + 1);
  }
  return { kind, start, end: cursor.position, name };
}

/** Reads `!tag`, `!!tag`, `!handle!tag` or `!<uri>`. @throws YamlFault */
export function tag(cursor: TextCursor): Token {
  const start = cursor.position;
  let name = '';
  let suffix: string;
  if (cursor.text.charAt(start + 1) === '<') {
    cursor.position += 2;
    suffix = uri(cursor, start, '');
    if (cursor.text.charAt(cursor.position) !== '>') throw new YamlFault("while scanning a tag: did not find the expected '>'", start, cursor.position + 1);
    cursor.position++;
  } else {
    name = tagHandle(cursor);
    if (name.length > 1 && name.endsWith('!')) {
      suffix = uri(cursor, start, '');
    } else {
      suffix = uri(cursor, start, name);
      [name, suffix] = suffix === '' ? ['', '!'] : ['!', suffix];
    }
  }
  if (!cursor.isBlankOrEnd(cursor.position)) throw new YamlFault('while scanning a tag: did not find expected whitespace or line break', start, cursor.position + 1);
  return { kind: 'tag', start, end: cursor.position, name, suffix };
}

function tagHandle(cursor: TextCursor): string {
  const start = cursor.position++;
  cursor.word();
  if (cursor.text.charAt(cursor.position) === '!') cursor.position++;
  return cursor.text.slice(start, cursor.position);
}

function uri(cursor: TextCursor, start: number, handle: string): string {
  const from = cursor.position;
  while (cursor.position < cursor.text.length && uriCharacter.test(cursor.text.charAt(cursor.position))) cursor.position++;
  const escaped = cursor.text.slice(from, cursor.position);
  if (escaped === '' && handle === '') throw new YamlFault('while scanning a tag: did not find expected tag URI', start, cursor.position + 1);
  try {
    return handle.slice(1) + decodeURIComponent(escaped);
  } catch {
    throw new YamlFault('while scanning a tag: did not find URI escaped octet', from, cursor.position);
  }
}

/** Reads `%YAML` or `%TAG`. @throws YamlFault */
export function directive(cursor: TextCursor): Token {
  const start = cursor.position++;
  const name = cursor.word();
  let token: Token;
  if (name === 'YAML') {
    const version = /^[ \t]+(\d{1,2})\.(\d{1,2})/.exec(cursor.text.slice(cursor.position, cursor.position + 80));
    if (version === null) throw new YamlFault('while scanning a %YAML directive: did not find expected version number', start, cursor.position);
    cursor.position += version[0].length;
    token = { kind: 'version', start, end: cursor.position, name: `${Number(version[1])}.${Number(version[2])}` };
  } else if (name === 'TAG') {
    cursor.skipBlanks();
    const handle = cursor.text.charAt(cursor.position) === '!' ? tagHandle(cursor) : '';
    if (handle === '' || (handle.length > 1 && !handle.endsWith('!'))) throw new YamlFault("while parsing a %TAG directive: did not find expected '!'", start, cursor.position);
    if (!cursor.isBlankOrEnd(cursor.position)) throw new YamlFault('while scanning a %TAG directive: did not find expected whitespace', start, cursor.position);
    cursor.skipBlanks();
    token = { kind: 'tagDirective', start, end: cursor.position, name: handle, suffix: uri(cursor, start, '') };
  } else {
    throw new YamlFault('while scanning a directive: found unknown directive name', start, cursor.position);
  }
  cursor.skipBlanks();
  cursor.skipComment();
  if (cursor.code() !== 0 && !isBreak(cursor.code())) throw new YamlFault('while scanning a directive: did not find expected comment or line break', start, cursor.position);
  return token;
}
