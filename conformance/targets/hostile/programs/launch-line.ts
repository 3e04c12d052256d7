/** What a hostile program has to know of the launch line, which the reference that it is loaded into has to get whole. */

/** Calls `then` with the data directory as soon as the launch line is read, before the one that reads it goes on. */
export function onDataDirectory(then: (folder: string) => void): void {
  let text = '';
  const listen = (chunk: Buffer): void => {
    text += chunk.toString();
    const folder = /"data_dir":"([^"]+)"/.exec(text)?.[1];
    if (folder === undefined) return;
    process.stdin.off('data', listen);
    then(folder);
  };
  // To listen before the reference does would begin to read, and the line could be gone when it comes.
  process.stdin.on('newListener', function begin(event) {
    if (event !== 'readable') return;
    process.stdin.off('newListener', begin);
    queueMicrotask(() => process.stdin.on('data', listen));
  });
}
