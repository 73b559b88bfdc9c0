"""Printed forms from one set of data: household card, village register, township file (卡、册、档).

A form is a `document.Document`, made once from what the reader may see; `pdf` and `workbook`
render the same document, so that a value stands equally on paper, in Excel and on the page.
"""
