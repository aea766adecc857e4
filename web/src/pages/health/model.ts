// The node's health by layers. Servers differ in how much they name: what is not named is not shown.

export type Level = "ok" | "warning" | "failed";

export interface Check {
  check: string;
  level: Level;
  found: string;
  remedy?: string | null;
}

export interface Layer {
  layer: string;
  level: Level;
  checks: Check[];
}

export interface Health {
  ok?: boolean;
  at?: string;
  version?: string;
  started?: string;
  layers?: Layer[];
}

const RANK: Record<Level, number> = { failed: 0, warning: 1, ok: 2 };

/** The layers as they are read: what does not work first within each. */
export function layersOf(health: Health): Layer[] {
  return (health.layers ?? []).map((layer) => ({ ...layer, checks: [...layer.checks].sort((a, b) => RANK[a.level] - RANK[b.level]) }));
}

export function countOf(layers: readonly Layer[], level: Level): number {
  return layers.flatMap(({ checks }) => checks).filter((check) => check.level === level).length;
}
