// What the page does more with a script: news by themselves, a countdown, sorting and filtering. It is never needed to agree.
const news = document.getElementById('news');
const main = document.querySelector('main');
const PAUSE_MS = 1500;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const articles = (root) => [...root.querySelectorAll('article')];

/** Puts in what has changed, and leaves alone what has not: somebody may be typing there. */
function takeOver(fresh) {
  const said = [];
  for (const id of ['waiting', 'decided']) {
    const [from, to] = [fresh.getElementById(id), document.getElementById(id)];
    const kept = new Map(articles(main).map((article) => [article.id, article]));
    const wanted = [...from.children].map((element) => {
      const own = kept.get(element.id);
      if (own && own.dataset.stand === element.dataset.stand && own.parentElement === to) return own;
      if (element.matches('article')) {
        said.push(sayingOf(element, own === undefined));
        if (own?.contains(document.activeElement)) requestAnimationFrame(() => element.focus());
        own?.remove();
      }
      return document.importNode(element, true);
    });
    // Moving an element takes the focus from it: only what is not in its place is moved.
    for (const element of [...to.children]) if (!wanted.includes(element)) element.remove();
    wanted.forEach((element, index) => {
      if (to.children[index] !== element) to.insertBefore(element, to.children[index] ?? null);
    });
  }
  document.title = fresh.title;
  prepare();
  if (said.length > 0) news.textContent = said.join(' ');
}

function sayingOf(article, isNew) {
  const title = article.querySelector('h2').textContent;
  if (article.classList.contains('open')) return isNew ? `New: ${title}.` : `${title} waits.`;
  return `${title}: ${article.querySelector('.said').textContent}`;
}

async function look(address = './') {
  const response = await fetch(address, { headers: { Accept: 'text/html' } });
  if (!response.ok) throw new Error(String(response.status));
  takeOver(new DOMParser().parseFromString(await response.text(), 'text/html'));
}

async function watch() {
  let marks = '';
  let failures = 0;
  for (;;) {
    try {
      const response = await fetch(`news?since=${marks}`);
      if (!response.ok) throw new Error(String(response.status));
      const now = (await response.json()).marks;
      if (marks !== now) await look();
      marks = now;
      failures = 0;
    } catch {
      failures += 1;
      if (failures > 3) {
        news.textContent =
          'The program that served this page has ended. What still waits is shown on a new page, or by the command that the assistant was given.';
        for (const button of document.querySelectorAll('form button')) button.disabled = true;
        return;
      }
      await pause(PAUSE_MS);
    }
  }
}

/** The page stays as it is, so that what is typed in another form is not lost. */
async function submit(event) {
  const form = event.target;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const buttons = [...form.querySelectorAll('button')];
  for (const button of buttons) button.disabled = true;
  try {
    const response = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'application/json' } });
    const { wrong } = await response.json();
    showWrong(form, wrong);
    if (wrong === undefined) await look();
  } catch {
    news.textContent = 'The answer did not arrive. Look at the request again before you repeat it.';
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

function showWrong(form, wrong) {
  const field = form.querySelector('[name=typed]');
  const place = form.querySelector('.wrong');
  if (!field || !place) return;
  place.textContent = wrong ?? '';
  field.toggleAttribute('aria-invalid', wrong !== undefined);
  if (wrong === undefined) return field.removeAttribute('aria-describedby');
  field.setAttribute('aria-invalid', 'true');
  field.setAttribute('aria-describedby', place.id);
  field.focus();
}

function countDown() {
  for (const element of document.querySelectorAll('.countdown')) {
    const left = Math.max(0, Math.round((Number(element.dataset.until) - Date.now()) / 1000));
    element.textContent =
      left > 0 ? ` (${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')} left)` : ' (expired)';
  }
}

/** What a table can do once there is a script. */
function prepare() {
  for (const table of document.querySelectorAll('table:not([data-ready])')) {
    table.dataset.ready = 'true';
    [...table.tHead.rows[0].cells].slice(0, -1).forEach((cell, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = cell.textContent;
      cell.replaceChildren(button);
      button.addEventListener('click', () => sortBy(table, column, cell));
    });
    const filter = table.closest('article').querySelector('.filter');
    filter.hidden = false;
    filter.querySelector('input').addEventListener('input', ({ target }) => filterRows(table, target.value, filter));
  }
  for (const article of articles(document.getElementById('waiting'))) eyes.observe(article);
  countDown();
}

function sortBy(table, column, cell) {
  const isUp = cell.getAttribute('aria-sort') !== 'ascending';
  for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
  cell.setAttribute('aria-sort', isUp ? 'ascending' : 'descending');
  const keyOf = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
  const inOrder = (a, b) => keyOf(a).localeCompare(keyOf(b), 'en', { numeric: true });
  const rows = [...table.tBodies[0].rows].sort((a, b) => (isUp ? inOrder(a, b) : inOrder(b, a)));
  table.tBodies[0].append(...rows);
}

function filterRows(table, text, filter) {
  const rows = [...table.tBodies[0].rows];
  for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(text.trim().toLowerCase());
  const hidden = rows.filter((row) => row.hidden).length;
  filter.querySelector('.filter-count').textContent =
    hidden > 0 ? `${hidden} rows are not shown. Approve is about all ${rows.length}.` : '';
}

/** Only what was before somebody's eyes counts as looked at: a page may be open behind others. */
const eyes = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting || !document.hasFocus()) continue;
    const form = target.querySelector('form');
    if (form) fetch('looked', { method: 'POST', body: new URLSearchParams(new FormData(form)) }).catch(() => {});
    eyes.unobserve(target);
  }
});
window.addEventListener('focus', () => {
  for (const article of articles(document.getElementById('waiting'))) {
    eyes.unobserve(article);
    eyes.observe(article);
  }
});

document.addEventListener('submit', submit);
setInterval(countDown, 1000);
prepare();
watch();
