"""Times Home's questions about ads in DuckDB on the Parquet files of argv[1], a JSON object of lists by platform; prints JSON.

The data end on argv[2]; each question is asked argv[3] times on one connection, after one time that is not counted, with file metadata cached:
what DuckDB does best. Names, ratios and totals, which our own answers have, are not asked of it.
"""

import json
import sys
import time
from datetime import date, timedelta

import duckdb

files = json.load(open(sys.argv[1]))
last = date.fromisoformat(sys.argv[2])
runs = int(sys.argv[3])
first, before = last - timedelta(days=29), last - timedelta(days=59)

sums = "sum(spend_micros), sum(impressions), sum(clicks), sum(conversions), sum(revenue_micros)"
both = f"date between '{before}' and '{last}'"
now = f"date >= '{first}'"
queries = {
    "daily": f"select date, {sums} from ads where {both} group by 1",
    "campaigns": f"select platform, campaign, {now}, {sums} from ads where {both} group by 1, 2, 3 order by 4 desc",
    "platforms": f"select platform, {now}, sum(spend_micros), sum(revenue_micros), sum(conversions) from ads where {both} group by 1, 2",
}

connection = duckdb.connect()
connection.execute("set parquet_metadata_cache = true")
parts = [f"select '{platform}' as platform, * from read_parquet({paths!r})" for platform, paths in files.items()]
connection.execute("create view ads as " + " union all ".join(parts))


def spread(query):
    times = []
    for run in range(runs + 1):
        begun = time.perf_counter()
        connection.execute(query).fetchall()
        if run > 0:
            times.append((time.perf_counter() - begun) * 1000)
    times.sort()
    return {"p50": times[len(times) // 2], "p95": times[min(len(times) * 95 // 100, len(times) - 1)]}


print(json.dumps({"version": duckdb.__version__, "queries": {name: spread(query) for name, query in queries.items()}}))
