import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fieldSelectorFault, labelSelectorFault } from '../../../src/language/kinds/shared/selectorText.ts';

describe('fieldSelectorFault', () => {
  test('takes what fields.ParseSelector takes', () => {
    for (const text of ['', ',', 'a=b', 'a==b', 'a!=b,c=', 'a=b\\,c', 'a=b\\\\', '=', 'metadata.name=x,']) assert.equal(fieldSelectorFault(text), undefined, text);
  });
  test('refuses the rest', () => {
    for (const text of ['a', 'a=b=c', 'a=b,c', 'a=b\\', 'a=b\\x', '\\']) assert.notEqual(fieldSelectorFault(text), undefined, text);
  });
});

describe('labelSelectorFault', () => {
  test('takes what labels.Parse takes', () => {
    for (const text of ['', 'a', '!a', 'a=b', 'a==b', 'a!=b', 'a=', 'a in (b,c)', 'a in ()', 'a in (,b,)', 'a notin(b),c', 'in in (in)', 'a>5', 'a<5', 'x.y/z = b']) assert.equal(labelSelectorFault(text), undefined, text);
  });
  test('refuses the rest', () => {
    for (const text of [',', 'a=b,', 'a b', 'a in b', 'a in (b', 'a in (b c)', 'a=b=c', '!a=b', 'a>x', 'a<-5', 'x/y/z', 'A/b=c', 'a=-b', '(a)', 'a=(b)', '!', 'a in']) assert.notEqual(labelSelectorFault(text), undefined, text);
  });
});
