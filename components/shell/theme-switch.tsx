"use client";

import { useSyncExternalStore } from "react";
import { IconButton } from "../ui/button";
import { Glyph } from "../ui/glyph";
import { Menu, MenuRadioGroup } from "../ui/menu";
import { parseTheme, THEME_KEY, type Theme } from "./theme";

const listeners = new Set<() => void>();

const read = (): Theme => parseTheme(document.documentElement.dataset.theme);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Applies a choice to the page, at once everywhere, and keeps it in a cookie for the server. */
function chooseTheme(theme: Theme): void {
  const root = document.documentElement;
  root.dataset.themeChanges = "";
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  // The new colours have to be there before transitions are allowed again.
  void root.offsetWidth;
  requestAnimationFrame(() => requestAnimationFrame(() => delete root.dataset.themeChanges));
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${THEME_KEY}=${theme}; path=/; max-age=${theme === "system" ? 0 : 31_536_000}; samesite=lax${secure}`;
  for (const notify of listeners) notify();
}

/** The person's choice and how to change it. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  return [useSyncExternalStore(subscribe, read, () => "system" as const), chooseTheme];
}

const OPTIONS = [
  { value: "system", label: "System", icon: <Glyph name="monitor" /> },
  { value: "light", label: "Light", icon: <Glyph name="sun" /> },
  { value: "dark", label: "Dark", icon: <Glyph name="moon" /> },
] as const;

/** The choice of theme as part of a menu. */
export function ThemeMenuGroup() {
  const [theme, setTheme] = useTheme();
  return <MenuRadioGroup label="Theme" value={theme} onValueChange={setTheme} options={OPTIONS} />;
}

/** A button with that menu. */
export function ThemeSwitch() {
  return (
    <Menu trigger={<IconButton label="Theme" icon={<Glyph name="theme" />} tooltip={false} />} className="min-w-36">
      <ThemeMenuGroup />
    </Menu>
  );
}
