import { theme as antd, type ThemeConfig } from "antd";

/** Light or dark, as drawn. */
export type Appearance = "light" | "dark";

/**
 * The colours of one appearance. Ant Design gets them as tokens, our own styles as `--bell-…` variables.
 * Every pair of text and ground is at least 4.5 to 1 (WCAG AA).
 */
export interface Palette {
  /** Verdigris, the green of old bells: what can be done, and where one is. */
  accent: string;
  /** The accent under the mouse, and pressed. Ant Design would make ones that cannot be read. */
  accentHover: string;
  accentActive: string;
  /** Text on the accent. */
  onAccent: string;
  /** Behind what is selected. */
  accentSoft: string;
  ground: string;
  surface: string;
  raised: string;
  line: string;
  text: string;
  textSoft: string;
  /** Ready for calls; done. */
  good: string;
  goodSoft: string;
  /** In a call. */
  busy: string;
  busySoft: string;
  /** Break, waiting too long. */
  warn: string;
  warnSoft: string;
  /** Refused, lost, hang up. */
  bad: string;
  badSoft: string;
  /** Wrap-up. */
  after: string;
  afterSoft: string;
  /** Nothing goes on. */
  idle: string;
  idleSoft: string;
}

export const palettes: Record<Appearance, Palette> = {
  light: {
    accent: "#0e6b62",
    accentHover: "#0b7d72",
    accentActive: "#0a524b",
    onAccent: "#ffffff",
    accentSoft: "#e2f1ee",
    ground: "#f4f5f3",
    surface: "#ffffff",
    raised: "#ffffff",
    line: "#e1e4e0",
    text: "#1b2421",
    textSoft: "#5a6662",
    good: "#1c7a3e",
    goodSoft: "#e3f4e8",
    busy: "#1d5fbf",
    busySoft: "#e5eefb",
    warn: "#96590a",
    warnSoft: "#fcf0dc",
    bad: "#bb2d2d",
    badSoft: "#fce8e6",
    after: "#6d46b8",
    afterSoft: "#efe9fa",
    idle: "#5f6b67",
    idleSoft: "#ebeeec",
  },
  dark: {
    accent: "#4fc2b2",
    accentHover: "#73d6c8",
    accentActive: "#43ad9e",
    onAccent: "#06211d",
    accentSoft: "#173a35",
    ground: "#121615",
    surface: "#1a201e",
    raised: "#222927",
    line: "#323b38",
    text: "#e6ebe9",
    textSoft: "#a2aeaa",
    good: "#63cc85",
    goodSoft: "#16341f",
    busy: "#7db1f5",
    busySoft: "#182d49",
    warn: "#e8b25a",
    warnSoft: "#3b2c12",
    bad: "#f28b82",
    badSoft: "#43201e",
    after: "#b79cf0",
    afterSoft: "#2d2347",
    idle: "#a0aba7",
    idleSoft: "#29302e",
  },
};

const fontFamily =
  'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';

/** Ant Design's tokens for an appearance. */
export function themeOf(appearance: Appearance, still: boolean): ThemeConfig {
  const palette = palettes[appearance];
  return {
    algorithm: appearance === "dark" ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      motion: !still,
      colorPrimary: palette.accent,
      colorPrimaryHover: palette.accentHover,
      colorPrimaryActive: palette.accentActive,
      colorInfo: palette.busy,
      colorInfoBg: palette.busySoft,
      colorSuccessBg: palette.goodSoft,
      colorWarningBg: palette.warnSoft,
      colorErrorBg: palette.badSoft,
      colorSuccess: palette.good,
      colorWarning: palette.warn,
      colorError: palette.bad,
      colorLink: palette.accent,
      colorLinkHover: palette.accentHover,
      colorLinkActive: palette.accentActive,
      colorText: palette.text,
      colorTextSecondary: palette.textSoft,
      colorTextDescription: palette.textSoft,
      colorTextPlaceholder: palette.textSoft,
      colorBgLayout: palette.ground,
      colorBgContainer: palette.surface,
      colorBgElevated: palette.raised,
      colorBorder: palette.line,
      colorBorderSecondary: palette.line,
      borderRadius: 8,
      fontFamily,
      fontSize: 14,
      wireframe: false,
    },
    components: {
      Button: { primaryColor: palette.onAccent, dangerColor: appearance === "dark" ? palette.onAccent : "#ffffff", primaryShadow: "none", defaultShadow: "none", dangerShadow: "none" },
      Layout: { siderBg: palette.surface, headerBg: palette.surface, bodyBg: palette.ground, headerPadding: "0 16px" },
      Menu: { itemBg: "transparent", itemSelectedBg: palette.accentSoft, itemSelectedColor: palette.accent, activeBarBorderWidth: 0 },
      Table: { headerBg: palette.surface, headerSplitColor: "transparent" },
      Card: { headerFontSize: 15 },
      Descriptions: { labelColor: palette.textSoft },
      Form: { verticalLabelPadding: "0 0 4px", labelHeight: 24, itemMarginBottom: 18 },
    },
  };
}

/** Gives the page's own styles the colours of an appearance. */
export function paint(appearance: Appearance, root: HTMLElement = document.documentElement): void {
  root.dataset["appearance"] = appearance;
  root.style.colorScheme = appearance;
  for (const [name, value] of Object.entries(palettes[appearance])) {
    const variable = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    root.style.setProperty(`--bell-${variable}`, value as string);
  }
}
