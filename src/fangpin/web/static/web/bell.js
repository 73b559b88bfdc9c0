// The bell asks for its count every two minutes while the page is looked at, and when it is looked
// at again; at once where the page came without it (a page that is not there). A session that has ended answers with the sign-in page: then it stops asking.
const EVERY = 120_000;

export function prepareBell(bell) {
  if (!bell) return;
  const count = bell.querySelector(".bell-count");
  const figure = bell.querySelector("[data-unread]");
  let asked = "bellAsks" in bell.dataset ? 0 : Date.now();
  let over = false;

  async function ask() {
    if (over || document.visibilityState !== "visible" || Date.now() - asked < EVERY - 1000) return;
    asked = Date.now();
    try {
      const answer = await fetch(bell.dataset.bell, { redirect: "error", cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const { unread } = await answer.json();
      figure.textContent = unread;
      count.hidden = unread === "";
    } catch (error) {
      // No network: it asks again later. A redirect looks the same; a visible page then asks once
      // every two minutes for what it may not have, so after the second failure it stops.
      over = bell.dataset.failed === "1";
      bell.dataset.failed = "1";
      return;
    }
    delete bell.dataset.failed;
  }

  if (!asked) ask();
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
}
