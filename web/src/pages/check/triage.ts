// Three steps to the end of a trouble (DIA-01): whose is it, what one can do oneself, and what is sent to support.

export const troubles = ["no_calls", "cannot_hear", "not_heard", "choppy", "no_phone", "slow_page"] as const;
export type Trouble = (typeof troubles)[number];

export type Triage =
  | { at: "trouble" }
  /** Whether others have it too. */
  | { at: "others"; trouble: Trouble }
  /** What one can do oneself, and whether it helped. */
  | { at: "self_help"; trouble: Trouble }
  | { at: "diagnosis"; trouble: Trouble }
  | { at: "support"; trouble: Trouble; platform: boolean }
  | { at: "solved"; trouble: Trouble };

export type Answer = { trouble: Trouble } | "only_me" | "others_too" | "solved" | "not_solved";

/** Where an answer leads. An answer that does not belong to the place changes nothing. */
export function next(now: Triage, answer: Answer): Triage {
  switch (now.at) {
    case "trouble":
      return typeof answer === "object" ? { at: "others", trouble: answer.trouble } : now;
    case "others":
      if (answer === "only_me") return { at: "self_help", trouble: now.trouble };
      return answer === "others_too" ? { at: "support", trouble: now.trouble, platform: true } : now;
    case "self_help":
      if (answer === "solved") return { at: "solved", trouble: now.trouble };
      return answer === "not_solved" ? { at: "diagnosis", trouble: now.trouble } : now;
    case "diagnosis":
      if (answer === "solved") return { at: "solved", trouble: now.trouble };
      return answer === "not_solved" ? { at: "support", trouble: now.trouble, platform: false } : now;
    case "support":
      return answer === "solved" ? { at: "solved", trouble: now.trouble } : now;
    case "solved":
      return now;
  }
}

/** Which of the three steps a place belongs to, from 0. */
export function stepOf({ at }: Triage): 0 | 1 | 2 {
  switch (at) {
    case "trouble":
    case "others":
      return 0;
    case "self_help":
    case "diagnosis":
      return 1;
    case "support":
    case "solved":
      return 2;
  }
}
