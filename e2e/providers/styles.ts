/** The one stylesheet of the sandbox's pages: system fonts, both colour schemes, nothing fetched. */
export const STYLES = `
:root {
  color-scheme: light dark;
  --bg: #f5f5f8; --surface: #fff; --sunken: #f8f8fb; --line: #e2e2ea; --line-strong: #8e8ea0;
  --ink: #1c1c28; --ink-2: #565669; --accent: #4b4acf; --accent-hover: #3d3cb5; --on-accent: #fff; --accent-soft: #ececfb;
  --bad: #b3261e; --bad-soft: #fdeceb; --ok: #1f7a4d; --ring: #4b4acf66; --shadow: 0 1px 2px #1c1c280d, 0 12px 32px #1c1c2814;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #111118; --surface: #1a1a24; --sunken: #15151e; --line: #2c2c3a; --line-strong: #6d6d84;
    --ink: #ededf4; --ink-2: #ababbf; --accent: #a3a2ff; --accent-hover: #b8b7ff; --on-accent: #14143a; --accent-soft: #24244a;
    --bad: #ff9a92; --bad-soft: #3a1b1a; --ok: #6fd6a0; --ring: #a3a2ff66; --shadow: 0 0 0 1px #0000;
  }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; background: var(--bg); color: var(--ink); font: 400 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; -webkit-font-smoothing: antialiased }
a { color: var(--accent); text-underline-offset: 3px }
p { margin: 0 }
[hidden] { display: none !important }
pre { margin: 8px 0 0; font: 12px/1.5 ui-monospace, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere }
code { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere }
.page { min-height: 100vh; display: flex; flex-direction: column; align-items: center; padding: 48px 16px 32px }
.brand { display: flex; align-items: center; gap: 10px; font-weight: 600; letter-spacing: -.01em; color: var(--ink); text-decoration: none; margin-bottom: 24px }
.mark { width: 28px; height: 28px; border-radius: 8px; background: var(--accent); color: var(--on-accent); display: grid; place-items: center }
.card { width: 100%; max-width: 400px; background: var(--surface); border: 1px solid var(--line); border-radius: 14px; box-shadow: var(--shadow); padding: 28px }
h1 { font-size: 21px; line-height: 1.3; font-weight: 600; letter-spacing: -.015em; margin: 0; text-wrap: balance }
.lead { color: var(--ink-2); margin-top: 6px }
form { display: grid; gap: 16px; margin: 22px 0 0 }
.field { display: grid; gap: 6px }
label { font-weight: 500; font-size: 14px }
input { width: 100%; height: 42px; padding: 0 12px; border: 1px solid var(--line-strong); border-radius: 9px; background: var(--surface); color: var(--ink); font: inherit }
:focus-visible { outline: 3px solid var(--ring); outline-offset: 1px }
input:focus-visible { border-color: var(--accent); outline-offset: 0 }
input[aria-invalid=true] { border-color: var(--bad) }
.buttons { display: flex; gap: 10px; margin-top: 6px }
button { flex: 1; height: 42px; padding: 0 16px; border-radius: 9px; border: 1px solid var(--line-strong); background: var(--surface); color: var(--ink); font: inherit; font-weight: 500; cursor: pointer }
button:hover { background: var(--sunken) }
button.primary { border-color: transparent; background: var(--accent); color: var(--on-accent) }
button.primary:hover { background: var(--accent-hover) }
button.plain { flex: none; height: auto; padding: 4px 0; border: 0; background: none; color: var(--accent); font-size: 14px; font-weight: 400; text-decoration: underline; text-underline-offset: 3px }
.alert { padding: 10px 12px; border-radius: 9px; background: var(--bad-soft); color: var(--bad); font-size: 14px }
.spaced { margin-top: 18px }
.code { margin-top: 20px; padding: 14px; border-radius: 10px; background: var(--sunken); border: 1px solid var(--line); text-align: center }
.hint { margin-top: 22px; padding: 14px; border-radius: 10px; background: var(--sunken); border: 1px solid var(--line); font-size: 13.5px; color: var(--ink-2) }
.hint h2 { margin: 0 0 6px; font-size: 13.5px; font-weight: 600; color: var(--ink) }
.hint ul { margin: 0; padding: 0; list-style: none; display: grid; gap: 4px }
.hint code { color: var(--ink) }
.person { display: flex; align-items: center; gap: 12px; margin-top: 20px; padding: 12px; border: 1px solid var(--line); border-radius: 10px; background: var(--sunken) }
.person .who { flex: 1; min-width: 0 }
.person .email { color: var(--ink-2); font-size: 13.5px; overflow-wrap: anywhere }
.person form { margin: 0 }
.avatar { width: 36px; height: 36px; flex: none; border-radius: 18px; background: var(--accent-soft); color: var(--accent); display: grid; place-items: center; font-weight: 600 }
.asks { margin-top: 20px }
.scopes { list-style: none; margin: 10px 0 0; padding: 0; display: grid; gap: 12px }
.scopes li { display: flex; gap: 10px }
.scopes svg { flex: none; margin-top: 3px; color: var(--ok) }
.scopes code { display: block; color: var(--ink-2); font-size: 12.5px }
.small { font-size: 13.5px; color: var(--ink-2); margin-top: 18px; overflow-wrap: anywhere }
.wide { max-width: 760px }
.wide h2 { font-size: 15px; margin: 28px 0 10px }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px }
table { width: 100%; border-collapse: collapse; font-size: 14px }
th, td { text-align: left; vertical-align: top; padding: 9px 14px; border-top: 1px solid var(--line) }
tr:first-child > * { border-top: 0 }
table { table-layout: fixed }
th { font-weight: 500; overflow-wrap: anywhere; color: var(--ink-2); width: 200px }
.foot { margin-top: 20px; font-size: 13px; color: var(--ink-2); text-align: center }
@media (max-width: 480px) { .person { flex-wrap: wrap } .person form { width: 100%; margin: -8px 0 0 48px; justify-items: start } .page { padding-top: 28px } .card { padding: 22px 20px } th, td { display: block; width: auto; border: 0; padding: 9px 14px 0 } td { padding: 2px 14px 9px } tr + tr > th { border-top: 1px solid var(--line) } }
`.trim();
