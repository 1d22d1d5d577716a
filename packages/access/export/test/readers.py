# Reads exports with programs that are not ours, and prints what each of them sees: {program: {table: [row, …]}}.
# Dates are printed in ISO 8601. Arguments: an .xlsx, a SQLite file, a folder of CSV files, a folder of NDJSON files.
import datetime
import json
import pathlib
import sqlite3
import sys

import duckdb
import openpyxl
import polars
import python_calamine
from openpyxl.utils.escape import unescape

xlsx, sqlite, csvs, ndjsons = (pathlib.Path(path) for path in sys.argv[1:5])


def with_openpyxl():
    # openpyxl keeps the escapes of a workbook, such as _x005F_, and has a function that reads them.
    book = openpyxl.load_workbook(xlsx)
    value = lambda cell: unescape(cell) if isinstance(cell, str) else cell
    return {
        sheet.title: [[value(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        for sheet in book.worksheets
    }


def with_calamine():
    book = python_calamine.CalamineWorkbook.from_path(xlsx)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def with_sqlite():
    database = sqlite3.connect(sqlite)
    names = [name for (name,) in database.execute("select name from sqlite_schema where type = 'table'")]
    tables = {}
    for name in names:
        cursor = database.execute(f"select * from {name} order by rowid")
        tables[name] = [[column[0] for column in cursor.description], *cursor.fetchall()]
    return tables


def in_folder(folder, read):
    return {path.stem: read(str(path)) for path in sorted(folder.iterdir())}


def with_duckdb(sql):
    def read(path):
        cursor = duckdb.execute(sql, [path])
        return [[column[0] for column in cursor.description], *cursor.fetchall()]

    return read


def with_polars(read):
    def rows(path):
        frame = read(path)
        return [frame.columns, *frame.rows()]

    return rows


duckdb.execute("set threads = 1")
seen = {
    "openpyxl": with_openpyxl(),
    "calamine": with_calamine(),
    "sqlite3": with_sqlite(),
    "duckdb csv": in_folder(csvs, with_duckdb("from read_csv(?, header = true, all_varchar = true, delim = ',')")),
    "duckdb ndjson": in_folder(ndjsons, with_duckdb("from read_json(?, format = 'newline_delimited')")),
    "polars csv": in_folder(csvs, with_polars(lambda path: polars.read_csv(path, infer_schema=False))),
    "polars ndjson": in_folder(ndjsons, with_polars(lambda path: polars.read_ndjson(path, infer_schema_length=None))),
}
iso = lambda value: value.isoformat() if isinstance(value, (datetime.datetime, datetime.date)) else str(value)
json.dump(seen, sys.stdout, default=iso)
