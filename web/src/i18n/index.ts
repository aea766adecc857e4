import i18next, { type BackendModule, type ResourceKey } from "i18next";
import { initReactI18next } from "react-i18next";
import { usePreferences, type Language } from "~/app/preferences";
import app from "./zh/app";
import type { TextsByPage } from "./texts";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "app";
    resources: TextsByPage;
    returnNull: false;
    enableSelector: false;
  }
}

export type TextPage = keyof TextsByPage;

const files = import.meta.glob<{ default: ResourceKey }>(["./zh/*.ts", "./en/*.ts", "!./zh/app.ts"]);

// A page's texts are loaded with the page.
const backend: BackendModule = {
  type: "backend",
  init() {},
  read(language, page, done) {
    const load = files[`./${language === "en" ? "en" : "zh"}/${page}.ts`];
    if (!load) return done(new Error(`no texts for ${page}`), null);
    load().then((file) => done(null, file.default), (cause: Error) => done(cause, null));
  },
};

/** Starts in the language chosen on this machine, Chinese if none was. */
export async function startTexts(): Promise<void> {
  const { language } = usePreferences.getState();
  await i18next.use(backend).use(initReactI18next).init({
    lng: language,
    fallbackLng: "zh-CN",
    supportedLngs: ["zh-CN", "en"],
    load: "currentOnly",
    ns: ["app"],
    defaultNS: "app",
    resources: { "zh-CN": { app } },
    partialBundledLanguages: true,
    interpolation: { escapeValue: false },
    react: { useSuspense: true },
  });
  follow(language);
}

/** Loads the texts of a page, in time for it to be drawn. */
export async function loadTexts(...pages: TextPage[]): Promise<void> {
  await i18next.loadNamespaces(pages);
}

/** Switches everything to a language. */
export async function speak(language: Language): Promise<void> {
  usePreferences.getState().setLanguage(language);
  await i18next.changeLanguage(language);
  follow(language);
}

function follow(language: Language): void {
  document.documentElement.lang = language;
}
