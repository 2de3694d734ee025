// All nodes are built here, never from markup, so that no text can become an element.

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

/** One of the icons in index.html. */
export function icon(name) {
  const [svg, use] = ["svg", "use"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** Make `nodes` the children of `list`. Nodes that it has already stay; a node that replaces another takes its focus. */
export function setChildren(list, nodes) {
  const focused = document.activeElement;
  const at = [...list.children].findIndex((child) => child.contains(focused));
  const nth = controls(list.children[at]).indexOf(focused);
  const wanted = new Set(nodes);
  [...list.children].filter((child) => !wanted.has(child)).forEach((child) => child.remove());
  nodes.forEach((node, index) => {
    const there = list.children[index];
    if (there !== node) list.insertBefore(node, there ?? null);
  });
  if (document.activeElement === focused) return;
  const next = focused.isConnected ? focused : controls(nodes[at])[nth];
  next?.focus({ preventScroll: true });
}

const controls = (node) => [...(node?.querySelectorAll("a, button") ?? [])];

/** Call `act`; if it hides or removes the focused node, the node that `fallback` returns gets the focus. */
export function keepFocus(act, fallback) {
  const focused = document.activeElement;
  act();
  const lost = [focused, document.body].includes(document.activeElement) && !focused.checkVisibility();
  if (lost) fallback()?.focus({ preventScroll: true });
}

/** Have a screen reader read `text` when it is idle. */
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
