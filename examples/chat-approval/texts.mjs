// The bot's words.

// Many chat servers refuse longer messages.
const LONGEST_MESSAGE = 3000;
const PIECE = new RegExp(`.{1,${LONGEST_MESSAGE / 2 - 1}}`, 'gsu');
const FEW_ROWS = 5;

export function requestText({ id, severity, text, plan, confirm, until, yesesNeeded }) {
  // Nobody in the room can open the file that `text` names for the rest.
  const rows = plan.rows.length > FEW_ROWS ? ['', 'Every row:', ...plan.rows.map(rowText)] : [];
  const two = yesesNeeded > 1 ? ` ${yesesNeeded} different approvers have to agree.` : '';
  return [
    `[${id}]${markOf(severity)} ${text}`,
    ...rows,
    '',
    `To agree, write: approve ${id} and ${confirm.what}.${two}`,
    `To refuse: decline ${id}. Until ${until.slice(11, 19)} UTC.`,
  ].join('\n');
}

function rowText({ number, severity, account, connection, arguments: values }) {
  const given = Object.entries(values).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${number}.${markOf(severity)} ${given.join(' ')} (${connection}, ${account})`;
}

const markOf = (severity) => (severity === 'grave' ? ' GRAVE:' : '');

const RESULTS = {
  agreed: 'agreed. The assistant may go on.',
  'one-of-two': 'agreed. Another approver has to agree, too.',
  declined: 'declined. Nothing will be changed.',
};

export function resultText({ id, result, why }) {
  return `${id}: ${RESULTS[result] ?? `${why ?? result}. Nothing has happened.`}`;
}

const ENDS = {
  used: 'agreed to, and the change is being made',
  declined: 'declined; nothing was changed',
  expired: 'expired without an answer; nothing was changed',
  changed: 'withdrawn, since the facts have changed; nothing was changed',
  superseded: 'withdrawn; nothing was changed',
};

export function endText({ how, by, what }) {
  const end = ENDS[how] ?? 'ended while I was away; the audit says how';
  return `${end}${by ? ` (${by})` : ''}${what ? `: ${what}` : ''}.`;
}

/** Nothing is left out: what is longer than a message goes on in the next one. */
export function inMessages(text) {
  const [first, ...lines] = text.split('\n').flatMap((line) => line.match(PIECE) ?? ['']);
  const messages = [first];
  for (const line of lines) {
    const joined = `${messages.at(-1)}\n${line}`;
    if (joined.length > LONGEST_MESSAGE) messages.push(line);
    else messages[messages.length - 1] = joined;
  }
  return messages;
}
