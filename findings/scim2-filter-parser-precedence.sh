#!/usr/bin/env bash
# scim2-filter-parser 0.7.0 (PyPI): `a or b and c` is read as `(a or b) and c`, and an underscore in `co` stands for any letter.
#
# Seen with scim2-filter-parser 0.7.0 on CPython 3.11.7, 2026-11-29.
#
# By RFC 7644, section 3.4.2.2, `and` is evaluated before `or`. The parser goes from left to right, so that its SQL selects other
# people, and fewer of them. A text after `co` becomes a LIKE pattern without an escape, so `co "a_b"` also selects `axb`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check scim2-filter-parser==0.7.0
cat > run.py <<'PY'
import re
import sqlite3

from scim2_filter_parser.queries import SQLQuery

columns = {("userName", None, None): "people.name", ("title", None, None): "people.title", ("level", None, None): "people.level"}
people = sqlite3.connect(":memory:")
people.execute("create table people (name text, title text, level integer)")
people.executemany("insert into people values (?, ?, ?)", [("a_b", "lead", 1), ("axb", "lead", 1), ("eve", "staff", 5)])

for text in [
    'title eq "lead" or title eq "staff" and level gt 3',
    'title eq "lead" or (title eq "staff" and level gt 3)',
    'userName co "a_b"',
]:
    query = SQLQuery(text, "people", columns, ())
    where = re.sub(r"\{(\w+)\}", r":\1", query.where_sql)
    found = people.execute("select name from people where " + where, query.params_dict).fetchall()
    print(f"{text}: {' '.join(name for (name,) in found)}")
PY
diff - <(python/bin/python run.py) <<'SEEN' && echo "As seen."
title eq "lead" or title eq "staff" and level gt 3: eve
title eq "lead" or (title eq "staff" and level gt 3): a_b axb eve
userName co "a_b": a_b axb
SEEN
