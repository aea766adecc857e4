import { Suspense, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { QueryClientProvider, type QueryClient } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { App as AntApp, ConfigProvider } from "antd";
import type { Locale } from "antd/es/locale";
import zhCN from "antd/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import { Loading } from "~/ui";
import { ErrorBoundary } from "./ErrorBoundary";
import { usePreferences } from "./preferences";
import type { makeRouter } from "./router";
import { paint, themeOf, type Appearance } from "./theme";

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const reduced = window.matchMedia("(prefers-reduced-motion: reduce)");

function useMatch(query: MediaQueryList): boolean {
  return useSyncExternalStore(
    (changed) => {
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => query.matches,
  );
}

/** The appearance that was asked for, or the machine's. */
export function useAppearance(): Appearance {
  const wanted = usePreferences((preferences) => preferences.appearance);
  const system = useMatch(dark) ? "dark" : "light";
  return wanted === "system" ? system : wanted;
}

/** Ant Design's words in the reader's language; English ones are loaded when they are asked for. */
function useAntLocale(): Locale {
  const language = usePreferences((preferences) => preferences.language);
  const [english, setEnglish] = useState<Locale | null>(null);
  useEffect(() => {
    dayjs.locale(language === "en" ? "en" : "zh-cn");
    if (language === "en" && !english) void import("antd/locale/en_US").then((file) => setEnglish(file.default));
  }, [language, english]);
  return language === "en" && english ? english : zhCN;
}

export function Look({ children }: { children: ReactNode }) {
  const appearance = useAppearance();
  // Not by style alone: a menu whose animation is cut short by style stays where it was measured, out of sight.
  const still = useMatch(reduced);
  const locale = useAntLocale();
  useEffect(() => paint(appearance), [appearance]);
  return (
    <ConfigProvider theme={themeOf(appearance, still)} locale={locale} button={{ autoInsertSpace: false }}>
      <AntApp message={{ maxCount: 3 }}>{children}</AntApp>
    </ConfigProvider>
  );
}

export function Console({ queries, router }: { queries: QueryClient; router: ReturnType<typeof makeRouter> }) {
  return (
    <Look>
      <ErrorBoundary>
        <Suspense fallback={<Loading />}>
          <QueryClientProvider client={queries}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </Suspense>
      </ErrorBoundary>
    </Look>
  );
}
