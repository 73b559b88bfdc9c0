"""A notice as a page of the public site."""

from fangpin.disclosure.content import Notice
from fangpin.disclosure.sheet import sheet
from fangpin.disclosure.site import render_page, root
from fangpin.kernel.errors import Language


def page(notice: Notice, language: Language, *, publication: int) -> bytes:
    """The page; `publication` is the number in its address. No script, nothing from elsewhere."""
    path = f"notices/{publication}/"
    objection = f"{root(language)}object/{publication}/" if notice.form == "notice" else ""
    context = {
        "notice": sheet(notice, language),
        "objection": objection,
        "files": root("zh") + path,  # sheet and Word file are in Chinese for everybody
    }
    return render_page("public/notice.html", language, path, context).encode("utf-8")
