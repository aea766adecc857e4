import { type DraftNode, heard, isTable } from "./draft";

/** What a node is about, in one line: what is heard, which queue, which hours. */
export function summary({ do: word, fields }: DraftNode, language: string): string {
  const text = (value: unknown) => (typeof value === "string" || typeof value === "number" ? String(value) : "");
  switch (word) {
    case "queue":
      return text(fields["queue"]);
    case "transfer":
    case "callback":
      return text(fields["number"]) || text(fields["queue"]);
    case "hours":
      return isTable(fields["week"]) ? Object.entries(fields["week"]).map(([days, hours]) => `${days} ${text(hours)}`).join("  ") : "";
    case "calendar":
      return text(fields["calendar"]);
    case "branch":
      return Array.isArray(fields["cases"]) ? fields["cases"].flatMap((one) => (isTable(one) ? Object.keys(one).find((key) => key !== "then") ?? [] : [])).join(" · ") : "";
    case "set":
      return `${text(fields["variable"])} = ${text(fields["value"])}`;
    case "loop":
      return `× ${text(fields["times"])}`;
    case "look_up":
      return text(fields["url"]).replace(/^https?:\/\//, "");
    case "record":
      return [text(fields["queue"]), heard(fields["prompt"], language)].filter(Boolean).join("：");
    default:
      return heard(fields["prompt"], language);
  }
}
