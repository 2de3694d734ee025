/** Index in UTF-16 units of the code point `point`, at least 0 and at most the length of `text`: the API counts code points. */
export function unit(text, point) {
  let index = 0;
  for (let passed = 0; passed < point && index < text.length; passed += 1) {
    index += text.codePointAt(index) > 0xffff ? 2 : 1;
  }
  return index;
}
