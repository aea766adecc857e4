import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useMay } from "~/api/me";
import { usePreferences } from "~/app/preferences";
import { useProblemText } from "~/ui";
import { Offered } from "../Offered";
import styles from "./config.module.css";

interface Module {
  module: string;
  zh: string;
  en: string;
  on: boolean;
}

/** The parts that are switched on one by one: what is off has no screens (TEL-23). */
export function Modules() {
  const { t } = useTranslation("config");
  const { language } = usePreferences();
  const { message } = App.useApp();
  const problem = useProblemText();
  const may = useMay();
  const queries = useQueryClient();
  const found = useQuery({ queryKey: ["modules"], queryFn: ({ signal }) => api.get<{ items: Module[] }>("/modules", undefined, signal), retry: false });
  const turn = useMutation({
    mutationFn: ({ module, on }: { module: string; on: boolean }) => api.put<{ version: number }>(`/modules/${module}`, { on }),
    onSuccess: ({ version }) => {
      void message.success(t("apply.done", { version }));
      void queries.invalidateQueries({ queryKey: ["modules"] });
      void queries.invalidateQueries({ queryKey: ["config"] });
      void queries.invalidateQueries({ queryKey: ["me"] });
    },
    onError: (error) => void message.error(problem(error).what),
  });
  const editable = may({ permission: "policy.write", admin: true, atLeast: "tenant" });
  return (
    <Offered of={found}>
      {({ items }) => (
        <>
          <p className="soft">{t("modules.hint")}</p>
          <ul className={styles.modules}>
            {items.map(({ module, zh, en, on }) => (
              <li key={module}>
                <label>
                  <Switch checked={on} disabled={!editable || turn.isPending} aria-label={language === "en" ? en : zh} onChange={(on) => turn.mutate({ module, on })} />
                  <span>{language === "en" ? en : zh}</span>
                  <code className="soft">{module}</code>
                </label>
              </li>
            ))}
          </ul>
        </>
      )}
    </Offered>
  );
}
