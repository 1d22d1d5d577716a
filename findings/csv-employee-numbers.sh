#!/usr/bin/env bash
# polars 2.1.0 makes the employee number 00123 the number 123, and DuckDB 2.0.1 keeps it: one CSV, joined by it, finds nobody.
#
# Seen with duckdb 2.0.1 and polars 2.1.0 (PyPI) on CPython 3.11.7, 2026-11-29.
#
# Both guess types. DuckDB takes a leading zero for a sign that it is text, polars does not, and a quoted cell ("00123") is a number
# to it as well. Only `infer_schema=False` or a named type keeps what stands in the file.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check duckdb==2.0.1 polars==2.1.0
cat > run.py <<'PY'
import duckdb
import polars

with open("accounts.csv", "w") as file:
    file.write('id,employee\nU1,"00123"\nU2,"00045"\n')

print("duckdb:", *(employee for _, employee in duckdb.sql("select * from 'accounts.csv'").fetchall()))
print("polars:", *polars.read_csv("accounts.csv")["employee"])
print("polars, no types:", *polars.read_csv("accounts.csv", infer_schema=False)["employee"])
PY
diff - <(python/bin/python run.py) <<'SEEN' && echo "As seen."
duckdb: 00123 00045
polars: 123 45
polars, no types: 00123 00045
SEEN
