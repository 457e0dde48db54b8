/** Upper, lower and title case as Go makes them, on texts. */

/** strings.ToUpper: each character by itself, so that ß stays. */
export function toUpper(text: string): string {
  return [...text].map((character) => single(character, character.toUpperCase())).join('');
}

/** strings.ToLower: each character by itself. */
export function toLower(text: string): string {
  return [...text].map((character) => (character === 'İ' ? 'i' : single(character, character.toLowerCase()))).join('');
}

function single(character: string, changed: string): string {
  return [...changed].length === 1 ? changed : character;
}

/** Characters that join letters into one word, unless two stand together (Unicode word breaks, as golang.org/x/text has them). */
const joiner = /['.:·\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a]/;
const insideWord = /[\p{L}\p{M}\p{N}\p{Cf}\p{Pc}]/u;
const cased = /[\p{Lu}\p{Ll}\p{Lt}\p{Cased}]/u;

/** cases.Title(language.AmericanEnglish, cases.NoLower): the first letter of each word a capital, the others as they are. */
export function toTitle(text: string): string {
  let inWord = false;
  let afterJoiner = false;
  let result = '';
  for (const character of text) {
    const joins = joiner.test(character);
    if (joins && afterJoiner) inWord = false;
    if (isCased(character)) {
      result += inWord ? character : titleOf(character);
      inWord = true;
    } else {
      result += character;
      if (!joins && !insideWord.test(character)) inWord = false;
    }
    afterJoiner = joins;
  }
  return result;
}

function isCased(character: string): boolean {
  return cased.test(character);
}

/** Letters whose title form is neither their upper case nor its first letter. */
const titleForms: ReadonlyMap<string, string> = new Map([
  ['Ǆ', 'ǅ'], ['ǆ', 'ǅ'], ['Ǉ', 'ǈ'], ['ǉ', 'ǈ'], ['Ǌ', 'ǋ'], ['ǌ', 'ǋ'], ['Ǳ', 'ǲ'], ['ǳ', 'ǲ'], ['ǅ', 'ǅ'], ['ǈ', 'ǈ'], ['ǋ', 'ǋ'], ['ǲ', 'ǲ'], ['ŉ', 'ʼN'],
]);

function titleOf(character: string): string {
  const special = titleForms.get(character);
  if (special !== undefined) return special;
  const [first = '', ...rest] = [...character.toUpperCase()];
  return first + rest.join('').toLowerCase();
}
