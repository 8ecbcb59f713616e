/** Small pages of words only, for whoever is not (yet) at the page itself. */
export function plainPage(heading: string, words: string, head = ''): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    ${head}
    <title>Coldhaul</title>
  </head>
  <body>
    <main>
      <h1>${escaped(heading)}</h1>
      <p>${escaped(words)}</p>
    </main>
  </body>
</html>
`;
}

/**
 * Goes on to the clean address by itself. A redirect would not do: a browser that came by a link from elsewhere
 * (a terminal in a browser) keeps the strict cookie back until a page of ours asks.
 */
export function goOnPage(): string {
  return plainPage('Coldhaul', 'Opening …', '<meta http-equiv="refresh" content="0; url=/" />');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
