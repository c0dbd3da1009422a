/** The few pages that the loopback host writes itself: the way in, and a refusal in words. No page needs a script. */

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const page = (head: string, body: string): string =>
  `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><title>Countersign</title>${head}</head>
<body>${body}</body>
</html>
`

/** A page that says why there is nothing to see. */
export const sentencePage = (sentence: string): string => page('', `<p>${escape(sentence)}</p>`)

/**
 * Goes on to the desk by itself. A redirect would not do: after a link in another program's page the browser would hold
 * the new cookie back, because it is for the host's own pages only.
 */
export const entrancePage = page(
  '<meta http-equiv="refresh" content="0;url=/">',
  '<p><a href="/">Open the desk</a></p>',
)
