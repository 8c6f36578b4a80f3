const [quote, backslash, comma, list, object] = [...'"\\,[{'].map((text) => text.charCodeAt(0));

/**
 * How many values a JSON text holds at most, counted before it is parsed: one for each list, object and comma. It takes
 * 1 ms a MiB, where parsing ten million brackets stops the process for a second.
 */
export function valuesInJson(body: Uint8Array): number {
  let values = 1;
  let isText = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === quote) isText = !isText;
    else if (isText) at += byte === backslash ? 1 : 0;
    else if (byte === comma || byte === list || byte === object) values++;
  }
  return values;
}
