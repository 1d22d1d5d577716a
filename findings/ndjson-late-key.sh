#!/usr/bin/env bash
# DuckDB 2.0.1 and polars 2.1.0: a key that a later line of NDJSON has first is left out, without a word.
#
# Seen with duckdb 2.0.1 and polars 2.1.0 (PyPI) on CPython 3.11.7, 2026-11-29.
#
# Both take columns from the first lines (DuckDB 20,480, polars 100). In an export of accounts only few have a manager, and they may
# come late. A value of another type further down is an error in both, but a further key is not: the column is gone. Read to the end
# (`sample_size=-1`, `infer_schema_length=None`), both have it. A writer that gives every record every key is safe.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check duckdb==2.0.1 polars==2.1.0
cat > run.py <<'PY'
import json

import duckdb
import polars

with open("accounts.ndjson", "w") as file:
    for number in range(30000):
        account = {"id": f"U{number}"}
        if number == 29999:
            account["manager"] = "U1"
        file.write(json.dumps(account) + "\n")

print("duckdb:", *duckdb.sql("select * from read_ndjson('accounts.ndjson')").columns)
print("duckdb, whole:", *duckdb.sql("select * from read_ndjson('accounts.ndjson', sample_size=-1)").columns)
print("polars:", *polars.read_ndjson("accounts.ndjson").columns)
print("polars, whole:", *polars.read_ndjson("accounts.ndjson", infer_schema_length=None).columns)
PY
diff - <(python/bin/python run.py) <<'SEEN' && echo "As seen."
duckdb: id
duckdb, whole: id manager
polars: id
polars, whole: id manager
SEEN
