import { useNavigate } from "@tanstack/react-router";
import { App } from "antd";
import { useEvents } from "~/api/events";
import { isProblem } from "~/api/problem";
import { useProblemText } from "~/ui";
import { useAsked } from "~/work/useSummary";
import { deskActs, type StateTo } from "./desk";

/** Asks for another state and says why if it is refused; a summary that is missing is where one is taken to (AGT-04). */
export function useSetState(): (to: StateTo, reason?: string) => Promise<void> {
  const { message } = App.useApp();
  const navigate = useNavigate();
  const problemText = useProblemText();
  return async (to, reason) => {
    // A gesture of the agent: the moment at which browsers let one ask.
    if (to === "sign_in" && "Notification" in window && Notification.permission === "default") void Notification.requestPermission();
    try {
      await deskActs.setState(to, reason);
    } catch (thrown) {
      if (isProblem(thrown, "summary_missing")) {
        const { desk } = useEvents.getState();
        useAsked.getState().ask(desk?.wrap_up_call ?? null, thrown.fields.map(({ field }) => field));
        await navigate({ to: "/desk" });
      }
      const { what, remedy } = problemText(thrown);
      message.error(remedy ? `${what} ${remedy}` : what);
    }
  };
}
