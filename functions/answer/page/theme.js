// Loaded before the first paint, so that a chosen theme does not flash.
const KEY = "footnote-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

let chosen = stored();

function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

const dark = () => (chosen ?? (system.matches ? "dark" : "light")) === "dark";

function apply() {
  if (chosen) document.documentElement.dataset.theme = chosen;
  document.getElementById("theme")?.setAttribute("aria-pressed", dark());
}

function toggle() {
  chosen = dark() ? "light" : "dark";
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // A browser that forgets still changes the theme for now.
  }
  apply();
}

apply();
system.addEventListener("change", apply);
document.addEventListener("DOMContentLoaded", () => {
  apply();
  document.getElementById("theme").addEventListener("click", toggle);
});
