import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from "react";
import { BellFilled, MenuFoldOutlined, MenuOutlined, MenuUnfoldOutlined } from "@ant-design/icons";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { Button, Drawer, Grid, Menu, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { connectEvents } from "~/api/events";
import { useMe } from "~/api/me";
import { AccountMenu } from "./AccountMenu";
import { Banners } from "./Banners";
import { ErrorBoundary } from "./ErrorBoundary";
import { LinkBanner } from "./LinkBanner";
import { pagesOf, type PageName } from "./navigation";
import { usePreferences } from "./preferences";
import { asksForShortcuts, showShortcuts, useShortcutHelp } from "./shortcut-help";
import styles from "./shell.module.css";

const AgentBar = lazy(() => import("~/agent/AgentBar"));
const ShortcutHelp = lazy(() => import("./ShortcutHelp"));
const AgentBanners = lazy(() => import("~/agent/AgentBanners"));

/** Everything around a page for those who are signed in: navigation, account, the state of the connection. */
export function Shell() {
  const { t } = useTranslation("app");
  const wide = Grid.useBreakpoint().md ?? true;
  const [open, setOpen] = useState(false);
  const { pathname } = useLocation();
  const isAgent = useMe().agent !== null;
  const help = useShortcutHelp((shown) => shown.open);
  useEffect(() => connectEvents(), []);
  useEffect(() => {
    const hear = (event: KeyboardEvent) => asksForShortcuts(event) && showShortcuts();
    window.addEventListener("keydown", hear);
    return () => window.removeEventListener("keydown", hear);
  }, []);

  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#page">
        {t("nav.skip")}
      </a>
      {wide ? (
        <Side />
      ) : (
        <Drawer open={open} onClose={() => setOpen(false)} placement="left" size={260} title={<Brand />} styles={{ body: { padding: 8 } }}>
          <Pages collapsed={false} onChoose={() => setOpen(false)} />
        </Drawer>
      )}
      <div className={styles.main}>
        <header className={styles.header}>
          {!wide && <Button type="text" icon={<MenuOutlined />} aria-label={t("nav.open")} onClick={() => setOpen(true)} />}
          {isAgent ? (
            <Suspense fallback={<div className={styles.headerFill} />}>
              <AgentBar />
            </Suspense>
          ) : (
            <div className={styles.headerFill} />
          )}
          <AccountMenu />
        </header>
        <LinkBanner />
        <Banners />
        {isAgent && (
          <Suspense fallback={null}>
            <AgentBanners />
          </Suspense>
        )}
        <main id="page" className={styles.page} tabIndex={-1}>
          <ErrorBoundary key={pathname}>
            <Outlet />
          </ErrorBoundary>
        </main>
        {help && (
          <Suspense fallback={null}>
            <ShortcutHelp />
          </Suspense>
        )}
      </div>
    </div>
  );
}

function Side() {
  const { t } = useTranslation("app");
  const { narrow, setNarrow } = usePreferences();
  const label = narrow ? t("nav.wide") : t("nav.narrow");
  return (
    <aside className={styles.side} data-narrow={narrow}>
      <Brand short={narrow} />
      <Pages collapsed={narrow} />
      <Tooltip title={narrow ? label : ""} placement="right">
        <Button
          type="text"
          className={styles.fold}
          icon={narrow ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
          aria-label={label}
          onClick={() => setNarrow(!narrow)}
        />
      </Tooltip>
    </aside>
  );
}

function Brand({ short = false }: { short?: boolean }) {
  const { t } = useTranslation("app");
  return (
    <Link to="/" className={styles.brand} aria-label={t("product")}>
      <BellFilled className={styles.bell} />
      {!short && <span>{t("product")}</span>}
    </Link>
  );
}

function Pages({ collapsed, onChoose }: { collapsed: boolean; onChoose?: () => void }) {
  const { t } = useTranslation("app");
  const pages = pagesOf(useMe());
  const { pathname } = useLocation();
  const here = pages.find((page) => pathname === page.path || pathname.startsWith(`${page.path}/`));
  const nav = useRef<HTMLElement>(null);
  useEffect(() => nav.current?.querySelector(".ant-menu-item-selected")?.scrollIntoView({ block: "nearest" }), [here?.path]);
  const items = (["work", "manage"] as const).flatMap((group) => {
    const members = pages.filter((page) => page.group === group);
    if (members.length === 0) return [];
    const entries = members.map((page) => ({
      key: page.path,
      icon: <PageIcon page={page.page} />,
      label: <PageLink to={page.path}>{t(`nav.${page.page}`)}</PageLink>,
    }));
    return [{ key: group, type: "group" as const, label: collapsed ? null : t(`nav.${group}`), children: entries }];
  });
  return (
    <nav ref={nav} aria-label={t("nav.main")} className={styles.pages}>
      <Menu mode="inline" inlineIndent={14} inlineCollapsed={collapsed} items={items} selectedKeys={here ? [here.path] : []} onClick={onChoose} />
    </nav>
  );
}

function PageLink({ to, children }: { to: string; children: ReactNode }) {
  return <Link to={to as "/"}>{children}</Link>;
}

const NavigationIcon = lazy(() => import("./NavigationIcon"));

// Its room is kept until it is there.
function PageIcon({ page, className }: { page: PageName; className?: string }) {
  return (
    <Suspense fallback={<span className={`anticon ${className}`} />}>
      <NavigationIcon page={page} className={className} />
    </Suspense>
  );
}
