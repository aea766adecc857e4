/** Whether a path without its query is among those that a server offers: `/v1/calls/{call}` offers `/v1/calls/7`. */
export function offeredBy(offers: readonly string[]): (path: string) => boolean {
  const plain = new Set(offers.filter((offer) => !offer.includes("{")));
  const patterns = offers.filter((offer) => offer.includes("{")).map((offer) => new RegExp(`^${offer.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{[^}]*\}/g, "[^/]+")}$`));
  return (path) => plain.has(path) || patterns.some((pattern) => pattern.test(path));
}

const nameless = (path: string) => path.replace(/\{[^}]*\}/g, "{}");

/** Whether a server lists a path, whatever it calls what stands in its place: `/v1/prompts/{name}/audio`. */
export function lists(offers: readonly string[], path: string): boolean {
  const wanted = nameless(path);
  return offers.some((offer) => nameless(offer) === wanted);
}
