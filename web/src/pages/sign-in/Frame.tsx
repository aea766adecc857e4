import type { ReactNode } from "react";
import { BellFilled, GlobalOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import { useSettingsItems } from "~/app/AccountMenu";
import styles from "./sign-in.module.css";

/** What stands around every step of a sign-in and of the first set-up. */
export function SignInFrame({ children, wide = false }: { children: ReactNode; wide?: boolean }) {
  const { t } = useTranslation(["app", "signIn"]);
  const items = useSettingsItems();
  return (
    <div className={styles.frame}>
      <aside className={styles.picture} aria-hidden>
        <Tower />
        <p>{t("signIn:tagline")}</p>
      </aside>
      <div className={styles.side}>
        <header className={styles.top}>
          <span className={styles.brand}>
            <BellFilled /> {t("product")}
          </span>
          <Dropdown menu={{ items }} trigger={["click"]}>
            <Button type="text" icon={<GlobalOutlined />} aria-label={`${t("menu.language")} · ${t("menu.appearance")}`} />
          </Dropdown>
        </header>
        <main className={wide ? styles.wideForm : styles.form}>{children}</main>
      </div>
    </div>
  );
}

// A bell and the rings of its sound, in lines.
function Tower() {
  return (
    <svg viewBox="0 0 400 400" fill="none" stroke="currentColor" strokeWidth="1.5">
      {[70, 110, 150, 190].map((radius, index) => (
        <circle key={radius} cx="200" cy="190" r={radius} opacity={0.42 - index * 0.09} />
      ))}
      <path
        fill="currentColor"
        stroke="none"
        d="M200 138c5 0 9 4 9 9v4c19 4 30 20 31 41 1.200 18 5 26 11 33 3.500 3.500 1 9.500-4 9.500H153c-5 0-7.500-6-4-9.500 6-7 9.800-15 11-33 1-21 12-37 31-41v-4c0-5 4-9 9-9Zm-16 105h32a16 16 0 0 1-32 0Z"
      />
    </svg>
  );
}
