// Reviewing with single keys, and focus that follows the pair. Without this file the buttons work.
const OFF = "fangpin_keys=off";
const BY_CODE = { KeyA: "a", KeyR: "r", KeyS: "s", KeyU: "u" };

function keysAreOff() {
  return document.cookie.split("; ").includes(OFF);
}

// The help and its switch appear only where keys work.
function prepareHelp() {
  const root = document.documentElement;
  root.classList.toggle("keys-off", keysAreOff());
  for (const help of document.querySelectorAll("[data-keys-help]")) {
    help.hidden = false;
    const choice = help.querySelector("[data-keys-on]");
    choice.checked = !keysAreOff();
    choice.addEventListener("change", () => {
      document.cookie = choice.checked
        ? "fangpin_keys=on; path=/; max-age=0; samesite=lax"
        : `${OFF}; path=/; max-age=31536000; samesite=lax`;
      root.classList.toggle("keys-off", keysAreOff());
    });
  }
}

function keyOf(event) {
  if (event.key === "ArrowRight") return "s";
  if (event.key === "?" || event.key === "？") return "?";
  // With a Chinese input method the key itself may not come through; its place does.
  return BY_CODE[event.code] ?? (/^[1-9]$/.test(event.key) ? event.key : "");
}

// While an answer is on its way, or the next pair not yet in place, a key would decide the wrong one.
function isChanging(review) {
  const busy = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added";
  return review.matches(busy) || review.querySelector(busy) !== null;
}

function onKey(event) {
  const review = document.querySelector("[data-review]");
  if (!review || event.defaultPrevented || event.repeat) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  const key = keyOf(event);
  if (key === "?") {
    const help = review.querySelector("[data-keys-help]");
    if (help) {
      event.preventDefault();
      help.open = !help.open;
      help.querySelector("summary").focus();
    }
    return;
  }
  if (!key || keysAreOff() || event.shiftKey || isChanging(review)) return;
  const control = review.querySelector(`[data-key="${key}"]`);
  if (control && !control.disabled) {
    event.preventDefault();
    control.click();
  }
}

export function prepareReview() {
  if (!document.querySelector("[data-review]")) return;
  prepareHelp();
  document.addEventListener("keydown", onKey);
  document.addEventListener("htmx:afterSettle", (event) => {
    const review = document.querySelector("[data-review]");
    if (!review) return;
    prepareHelp();
    // Whoever chooses in the list stays in the list.
    if (event.detail.requestConfig?.elt.matches("[data-review-filter]")) return;
    // Whoever listens hears the new pair; whoever looks finds it at the top.
    const heading = review.querySelector("[data-review-focus]");
    if (heading) heading.focus({ preventScroll: true });
    const pair = review.querySelector(".review-last") ?? review.querySelector(".pair") ?? review;
    const { top } = pair.getBoundingClientRect();
    if (top < 0 || top > innerHeight / 3) pair.scrollIntoView({ block: "start" });
    const said = document.querySelector("[data-review-said]");
    if (said) said.textContent = review.dataset.said;
  });
}
