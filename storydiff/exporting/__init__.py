"""The exporting room: a comparison as tables, workbooks, annotations and figures.

One module a format. All tables hold the same records (`storydiff.exporting.records`),
so a data frame, a CSV file and a sheet of the workbook say the same.
"""
