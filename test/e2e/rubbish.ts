// What a broken host may send in place of a message.
const DEEP = 100_000;
export const RUBBISH: [string, string | Buffer][] = [
  ['no JSON', 'hello?\n'],
  ['an empty line', '\n\n \n'],
  ['half an object', '{"jsonrpc":"2.0",\n'],
  ['JSON that is no message', 'null\n42\n"x"\n[]\n{}\n'],
  ['a message of another version', '{"jsonrpc":"1.0","id":7,"method":"ping"}\n'],
  ['an answer to nothing', '{"jsonrpc":"2.0","id":99,"result":{}}\n'],
  ['a method that is none', '{"jsonrpc":"2.0","id":7,"method":5}\n'],
  ['a notification that nobody knows', '{"jsonrpc":"2.0","method":"notifications/\u202e\\u0007"}\n'],
  ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28, 0x0a])],
  ['a megabyte in one line', `${'x'.repeat(1024 * 1024)}\n`],
  ['nesting without end', `${'['.repeat(DEEP)}${']'.repeat(DEEP)}\n`],
  ['a cancellation of nothing', '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":12345}}\n'],
];
