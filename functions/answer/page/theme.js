// Loaded before the first paint, so that a chosen theme does not flash.
const KEY = "footnote-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

const stored = () => {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
};

const dark = () => (stored() ?? (system.matches ? "dark" : "light")) === "dark";

function apply() {
  if (stored()) document.documentElement.dataset.theme = stored();
  document.getElementById("theme")?.setAttribute("aria-pressed", dark());
}

function toggle() {
  const next = dark() ? "light" : "dark";
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // A browser that forgets still changes the theme for now.
  }
  document.documentElement.dataset.theme = next;
  document.getElementById("theme").setAttribute("aria-pressed", next === "dark");
}

apply();
system.addEventListener("change", apply);
document.addEventListener("DOMContentLoaded", () => {
  apply();
  document.getElementById("theme").addEventListener("click", toggle);
});
