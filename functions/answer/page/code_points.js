/** The index in `text`, in UTF-16 units, of an offset in code points, as the API has them; within the text. */
export function utf16Index(text, offset) {
  let index = 0;
  for (let passed = 0; passed < offset && index < text.length; passed += 1) {
    index += text.codePointAt(index) > 0xffff ? 2 : 1;
  }
  return index;
}
