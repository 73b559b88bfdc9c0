"""Forms of cases in a browser, filled in as somebody would who knows the household."""

from datetime import date

from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import Visitor
from tests.cases.world import photo

from fangpin.cases.models import Case, Turn

_VOTES = {"entitled": 30, "present": 26, "favour": 22, "against": 3, "abstain": 1}
_FILL = """(form, day) => {
  const put = (field, value) => {
    field.value = value;
    field.dispatchEvent(new Event('input', {bubbles: true}));
    field.dispatchEvent(new Event('change', {bubbles: true}));
  };
  for (const field of form.querySelectorAll('input, select, textarea')) {
    if (['hidden', 'file'].includes(field.type) || field.name.startsWith('votes.')) continue;
    if (field.name === 'outcome' || field.name === 'reason') continue;
    if (field.tagName === 'SELECT') {
      const wanted = [...field.options].find(o => o.value === 'yes')
        || [...field.options].find(o => o.value && o.value !== 'none');
      if (wanted) put(field, wanted.value);
    } else if (field.type === 'date') put(field, day);
    else if (field.type === 'checkbox') {
      const first = form.querySelector(`input[name="${field.name}"]`);
      if (field === first && !field.checked) field.click();
    } else if (field.type === 'radio') continue;
    else if (field.inputMode === 'numeric') put(field, '3');
    else if (field.inputMode === 'decimal') put(field, '5200.50');
    else put(field, '情况属实');
  }
}"""


def take(visit: Visitor, day: date, case: Case, step: str, outcome: str, reason: str = "") -> None:
    """Fill in the form of a step that waits and send it."""
    page = visit.page
    visit.go(f"/cases/{case.pk}/")
    form = page.locator(f"#step-{step} form")
    expect(form).to_be_visible()
    form.evaluate(_FILL, day.isoformat())
    if form.locator("[name='votes.entitled']").count():
        for name, count in _VOTES.items():
            form.locator(f"[name='votes.{name}']").fill(str(count))
    for number in range(form.locator("canvas").count()):
        draw(page, form.locator("canvas").nth(number))
    for chosen in form.locator("input[type=file]").all():
        chosen.set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    form.locator(f"input[name=outcome][value={outcome}]").check()
    if reason:
        form.locator("[name=reason]").fill(reason)
    form.locator(".form-go button").click()
    page.wait_for_load_state("load")
    turn = Turn.objects.filter(case=case, step=step).order_by("-seq").first()
    assert turn is not None
    assert turn.outcome == outcome, page.locator("main").inner_text()[:1500]


def draw(page: Page, canvas: Locator) -> None:
    """A line, as a finger or a mouse draws it."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=4)
    page.mouse.up()
