import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { connectClient } from "~/api/client";
import { meQuery } from "~/api/me";
import { Console } from "~/app/App";
import { usePreferences } from "~/app/preferences";
import { useSessionOver } from "~/app/Banners";
import { noteErrors } from "~/app/log";
import { makeQueries } from "~/app/queries";
import { makeRouter } from "~/app/router";
import { startTexts } from "~/i18n";
import { usePhone } from "~/softphone/store";
import "~/app/base.css";

noteErrors();
const queries = makeQueries();
const router = makeRouter(queries);

/** Pages without a session. */
const open = ["/sign-in", "/setup", "/not-me"];

connectClient({
  language: () => usePreferences.getState().language,
  offers: () => queries.getQueryData(meQuery.queryKey)?.offers,
  onSignedOut: () => (usePhone.getState().call ? afterTheCall() : toSignIn()),
});

function toSignIn(): void {
  const { pathname, href } = router.state.location;
  useSessionOver.setState({ over: false });
  queries.clear();
  if (!open.includes(pathname)) void router.navigate({ to: "/sign-in", search: { to: href } });
}

// The page is the phone: to leave it would cut the call (SEC-26).
function afterTheCall(): void {
  if (useSessionOver.getState().over) return;
  useSessionOver.setState({ over: true });
  const stop = usePhone.subscribe(({ call }) => {
    if (call) return;
    stop();
    toSignIn();
  });
}

// After an update the files of the old version are gone; a page that asks for one gets the new version whole.
// Not within a call: there the page says what it could not load.
window.addEventListener("vite:preloadError", () => {
  if (!usePhone.getState().call) location.reload();
});

void startTexts().then(() => {
  if ("belltowerUnsupported" in window) return;
  const root = document.getElementById("root");
  if (root) createRoot(root).render(<StrictMode><Console queries={queries} router={router} /></StrictMode>);
});
