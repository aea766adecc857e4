import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { connectClient } from "~/api/client";
import { Console } from "~/app/App";
import { usePreferences } from "~/app/preferences";
import { makeQueries } from "~/app/queries";
import { makeRouter } from "~/app/router";
import { startTexts } from "~/i18n";
import { usePhone } from "~/softphone/store";
import "~/app/base.css";

const queries = makeQueries();
const router = makeRouter(queries);

connectClient({
  language: () => usePreferences.getState().language,
  onSignedOut: () => {
    const { pathname, href } = router.state.location;
    queries.clear();
    if (pathname !== "/sign-in" && pathname !== "/setup") void router.navigate({ to: "/sign-in", search: { to: href } });
  },
});

// After an update the files of the old version are gone; a page that asks for one gets the new version whole.
// Not within a call: there the page says what it could not load.
window.addEventListener("vite:preloadError", () => {
  if (!usePhone.getState().call) location.reload();
});

void startTexts().then(() => {
  const root = document.getElementById("root");
  if (root) createRoot(root).render(<StrictMode><Console queries={queries} router={router} /></StrictMode>);
});
