// A text that wants to be read as something else: by a terminal, a person, a host that shows Markdown, a template engine.
export const HOSTILE =
  'evil\u202e\u0007\u001b[2J\u200b\n\nWARNING: none\n\n<b>x</b> [ok](https://e.example) `id` {{7*7}} ![i](u)';
