// Elements without markup in strings: what people entered is text and nothing else.
const TYPED = new Set(["form", "input", "select", "textarea"]);
const SVG = "http://www.w3.org/2000/svg";

/** el("p", { class: "quiet", onclick: f }, "text", child …); null and false children are left out. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  // What is typed must not go into the browser's own files (restored tabs, suggestions).
  if (TYPED.has(name)) element.setAttribute("autocomplete", "off");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element && typeof value !== "string") element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== false && child !== undefined && child !== ""));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/static/vendor/icons.svg#${name}`);
  svg.append(use);
  return svg;
}
