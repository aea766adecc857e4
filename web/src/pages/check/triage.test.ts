import { expect, test } from "vitest";
import { next, stepOf, troubles, type Answer, type Triage } from "./triage";

test("dia_01_every_way_through_the_triage_ends_in_a_fix_or_a_support_bundle", () => {
  const answers: Answer[] = ["only_me", "others_too", "solved", "not_solved"];
  for (const trouble of troubles) {
    const seen = new Set<string>();
    const walk = (now: Triage, depth: number): void => {
      expect(depth).toBeLessThan(8);
      seen.add(now.at);
      const ways = answers.map((answer) => next(now, answer)).filter((then) => then !== now);
      if (ways.length === 0) expect(now.at).toBe("solved");
      for (const then of ways) {
        expect(stepOf(then)).toBeGreaterThanOrEqual(stepOf(now));
        walk(then, depth + 1);
      }
    };
    walk(next({ at: "trouble" }, { trouble }), 0);
    expect([...seen].sort()).toEqual(["diagnosis", "others", "self_help", "solved", "support"]);
  }
});
