import type { DispositionNode, Dispositions, OwnerChange, SummaryText } from "~/api/work";

/** The longest note; the server has the last word. */
export const NOTE_LENGTH_MAX = 2_000;

export const emptySummary: SummaryText = { disposition: [], resolved: null, note: "", fields: {} };

/** The nodes along a path of codes, as far as the tree knows them. */
export function nodesOf(tree: DispositionNode[], path: string[]): DispositionNode[] {
  const found: DispositionNode[] = [];
  let level = tree;
  for (const code of path) {
    const node = level.find((each) => each.code === code);
    if (!node) break;
    found.push(node);
    level = node.children ?? [];
  }
  return found;
}

/** Whether a path ends at a result and not on the way to one. */
export function isLeaf(tree: DispositionNode[], path: string[]): boolean {
  const nodes = nodesOf(tree, path);
  return path.length > 0 && nodes.length === path.length && (nodes.at(-1)?.children ?? []).length === 0;
}

/** What the chosen results ask for, whatever depth they are at. */
export function requiredOf(tree: DispositionNode[], path: string[]): string[] {
  return [...new Set(nodesOf(tree, path).flatMap((node) => node.required ?? []))];
}

/** What is still missing, in the order of the form: `disposition`, `resolved`, fields, `note`. */
export function missingOf({ tree, fields, rule }: Dispositions, summary: SummaryText): string[] {
  const begun = summary.disposition.length > 0;
  if (!rule.required && !begun) return [];
  const required = requiredOf(tree, summary.disposition);
  const own = fields.filter(({ name }) => required.includes(name)).map(({ name }) => name);
  return [
    ...(tree.length > 0 && !isLeaf(tree, summary.disposition) ? ["disposition"] : []),
    ...(required.includes("resolved") && summary.resolved === null ? ["resolved"] : []),
    ...own.filter((name) => summary.fields[name] == null || summary.fields[name] === ""),
    ...(required.includes("note") && summary.note.trim() === "" ? ["note"] : []),
  ];
}

/** The path to the result with a code; none if the tree has no such result. */
export function pathTo(tree: DispositionNode[], code: string): string[] | null {
  for (const node of tree) {
    if (node.code === code) return [code];
    const below = pathTo(node.children ?? [], code);
    if (below) return [node.code, ...below];
  }
  return null;
}

// What a correction of the owner's data makes of the attempt. A wrong name alone leaves the true result (AGT-06).
const resultOf: Record<OwnerChange["kind"], string | null> = { wrong_number: "wrong_number", wrong_name: null, extra_contact: "notified" };

/** The summary with a correction of the owner's data, and the result that it means. */
export function withOwner(tree: DispositionNode[], summary: SummaryText, owner: OwnerChange | undefined): SummaryText {
  const code = owner && resultOf[owner.kind];
  const path = code ? pathTo(tree, code) : null;
  return { ...summary, owner, disposition: path ?? summary.disposition };
}

/** Whether there is anything in it that would be lost. */
export function isBegun(summary: SummaryText): boolean {
  return summary.disposition.length > 0 || summary.resolved !== null || summary.note !== "" || summary.owner !== undefined || Object.keys(summary.fields).length > 0;
}
