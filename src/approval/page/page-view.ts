// The whole page: all that waits, and below it what was decided.
import type { Recent } from '../recent-requests.ts';
import { isWaiting } from '../request.ts';
import { type Html, html } from './html.ts';
import { formTokenOf, type Session } from './page-sessions.ts';
import { type Came, requestView } from './request-view.ts';

export interface Viewing {
  session: Session;
  now: number;
  /** What came of the answer that led here. */
  came?: { id: string; is: Came };
}

export function pageView(recent: readonly Recent[], viewing: Viewing): Html {
  const open = recent.filter(({ state }) => state.is === 'open').length;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${open > 0 && `(${open}) `}Changes that wait for you: aws-iam-mcp</title>
<link rel="stylesheet" href="page.css">
<script src="page.js" defer></script>
</head>
<body>
<header class="top"><h1>Changes that wait for you</h1>
<p>An assistant asks for these. What is said of them here was read from AWS by aws-iam-mcp on this machine; it is no description by the assistant.</p>
<noscript><p><a href="./">Look for news</a></p></noscript></header>
<p id="news" role="status"></p>
<main>${listView(recent, viewing)}</main>
</body>
</html>
`;
}

/** What a script puts in place of what it shows. */
function listView(recent: readonly Recent[], { session, now, came }: Viewing): Html {
  const view = (one: Recent) =>
    requestView(one, {
      now,
      formToken: formTokenOf(session, one.request.id),
      came: came?.id === one.request.id ? came.is : undefined,
    });
  const open = recent.filter(({ state }) => state.is === 'open');
  const others = recent.filter(({ state }) => state.is !== 'open');
  const waiting = others.filter(({ state }) => isWaiting(state));
  const ended = others.filter(({ state }) => !isWaiting(state));
  return html`<section id="waiting" aria-label="What waits for you">${open.map(view)}${open.length === 0 && html`<p class="none">Nothing waits for your agreement.</p>`}</section>
<section id="decided" aria-labelledby="decided-title"><h2 id="decided-title"${others.length === 0 && html` hidden`}>Decided</h2>${[...waiting, ...ended].map(view)}</section>`;
}
