import type { TextSize } from "./bindings/TextSize";
import type { Theme } from "./bindings/Theme";

/** The rules for the dark, as they stand in the style sheets, with what they say themselves. */
let dark: { media: MediaList; said: string }[] | null = null;

function rulesForTheDark(): { media: MediaList; said: string }[] {
  dark ??= [...document.styleSheets].flatMap((sheet) => mediaIn(sheet.cssRules));
  return dark;
}

function mediaIn(rules: CSSRuleList): { media: MediaList; said: string }[] {
  return [...rules].flatMap((rule) => {
    if (rule instanceof CSSMediaRule && /prefers-color-scheme:\s*dark/.test(rule.media.mediaText)) {
      return [{ media: rule.media, said: rule.media.mediaText }];
    }
    return rule instanceof CSSGroupingRule ? mediaIn(rule.cssRules) : [];
  });
}

/** Light or dark: the rules for the dark hold always, never, or as the system says. */
export function showTheme(theme: Theme): void {
  for (const { media, said } of rulesForTheDark()) {
    media.mediaText = { system: said, light: "not all", dark: "all" }[theme];
  }
}

/** How large text is; `base.css` has the numbers. */
export function showTextSize(size: TextSize): void {
  document.documentElement.dataset.text = size;
}

/** What the address says, before anything is drawn. */
export function showAsAddressed(search: string): void {
  const said = new URLSearchParams(search);
  const theme = said.get("theme");
  if (theme === "light" || theme === "dark") {
    showTheme(theme);
  }
  const size = said.get("text");
  if (size === "small" || size === "large" || size === "largest") {
    showTextSize(size);
  }
}
