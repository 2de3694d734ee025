// Nodes are only ever built here and by `prose.js`: text stays text, whatever it looks like.

export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child != null && child !== false));
  return node;
}

/** One of the drawings that index.html holds. */
export function icon(name) {
  const [svg, use] = ["svg", "use"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** Let `list` hold `nodes`. Those that it holds already stay; one that takes the place of another takes its focus, too. */
export function place(list, nodes) {
  const held = document.activeElement;
  const at = [...list.children].findIndex((child) => child.contains(held));
  const nth = controls(list.children[at]).indexOf(held);
  const wanted = new Set(nodes);
  [...list.children].filter((child) => !wanted.has(child)).forEach((child) => child.remove());
  nodes.forEach((node, index) => {
    const there = list.children[index];
    if (there !== node) list.insertBefore(node, there ?? null);
  });
  if (document.activeElement === held) return;
  const heir = held.isConnected ? held : controls(nodes[at])[nth];
  heir?.focus({ preventScroll: true });
}

const controls = (node) => [...(node?.querySelectorAll("a, button") ?? [])];

/** Do `act`; where it hides or removes what has the focus, what `heir` says gets that. */
export function keepFocus(act, heir) {
  const held = document.activeElement;
  act();
  const lost = [held, document.body].includes(document.activeElement) && !held.checkVisibility();
  if (lost) heir()?.focus({ preventScroll: true });
}

/** Let a screen reader say `text` when it is next idle. */
export function announce(text) {
  document.getElementById("announcer").textContent = text;
}

export function megabytes(bytes) {
  const amount = (bytes / 1e6).toLocaleString(undefined, { maximumFractionDigits: bytes < 1e7 ? 1 : 0 });
  return `${amount} MB`;
}

export function count(number, noun) {
  return `${number.toLocaleString()} ${noun}${number === 1 ? "" : "s"}`;
}
