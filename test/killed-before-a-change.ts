// Put around the functions of `node:fs` in a bundled process: kills it right before its nth change to the file system.
/** @param argument which of the process's arguments has n; @param withoutSync a sync changes nothing while the system stays up */
export function killedBeforeAChange(argument: number, { withoutSync = false } = {}): string {
  return `(() => {
  const { O_WRONLY, O_RDWR, O_CREAT } = fs.constants;
  const CHANGES = ['mkdirSync', 'fchmodSync', 'writeFileSync', 'writeSync', 'linkSync', 'unlinkSync', 'renameSync', 'rmSync'];
  let left = Number(process.argv[${argument}]);
  return (name, call) => (...given) => {
    const isChange =
      name === 'openSync'
        ? (given[1] & (O_WRONLY | O_RDWR | O_CREAT)) !== 0
        : CHANGES.includes(name) && (name !== 'rmSync' || fs.existsSync(given[0]));
    if (isChange && left-- === 0) process.kill(process.pid, 'SIGKILL');
    return ${withoutSync} && name === 'fsyncSync' ? undefined : call(...given);
  };
})()`;
}
