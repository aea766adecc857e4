// How a browser is told what to do: each line on standard input is a command, { id, do, ... }, each line on standard output its
// answer, { id, ok, ... }. The first answer, of id 0, says that it has begun.
import { createInterface } from 'node:readline';

const say = (answer) => console.log(JSON.stringify(answer));

/** Carries out commands by their names until there are no more; `told` says what went wrong with one. */
export async function serve(commands, told = (error) => error.message) {
  say({ id: 0, ok: true });
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, do: what, ...how } = JSON.parse(line);
    try {
      say({ id, ok: true, ...(await commands[what](how)) });
    } catch (error) {
      say({ id, ok: false, error: await told(error) });
    }
  }
}
