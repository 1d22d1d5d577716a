# Fills the first two columns of a workbook with openpyxl, saves it under another name, and prints its drop-down lists.
import json
import sys

import openpyxl

book = openpyxl.load_workbook(sys.argv[1])
sheet = book.worksheets[0]
for row in sheet.iter_rows(min_row=2):
    row[0].value = "keep"
    row[1].value = f"on line {row[0].row}"
lists = [
    [it.type, str(it.sqref), it.formula1, sheet.auto_filter.ref, sheet.freeze_panes]
    for it in sheet.data_validations.dataValidation
]
book.save(sys.argv[2])
json.dump(lists, sys.stdout)
