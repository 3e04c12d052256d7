export async function run(args: string[]): Promise<number> {
  if (args[0] === 'serve' && args[1] === 'dta') return (await import('./serve.ts')).serveDta();
  return 2;
}
