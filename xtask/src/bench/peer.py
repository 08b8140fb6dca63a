"""Times the dashboard's three queries in DuckDB on the Parquet files given, one path per line of the file argv[1]; prints JSON.

The data end on argv[2]. Each query runs argv[3] times on one connection, after one run that is not counted, with file metadata cached: what
DuckDB does best. Names of campaigns, totals and ratios, which our own query also gives, are not asked of it.
"""

import json
import sys
import time
from datetime import date, timedelta

import duckdb

files = open(sys.argv[1]).read().split("\n")
last = date.fromisoformat(sys.argv[2])
runs = int(sys.argv[3])
first, before = last - timedelta(days=29), last - timedelta(days=59)

sums = "sum(spend_micros), sum(impressions), sum(clicks), sum(conversions), sum(revenue_micros)"
queries = {
    "kpi_30_days_compared": f"select date >= '{first}', {sums} from ads where date between '{before}' and '{last}' group by 1",
    "trend_30_days": f"select date, sum(spend_micros), sum(revenue_micros) from ads where date between '{first}' and '{last}' group by 1",
    "campaigns_30_days": f"select campaign, {sums} from ads where date between '{first}' and '{last}' group by 1 order by 2 desc limit 50",
}

connection = duckdb.connect()
connection.execute("set parquet_metadata_cache = true")
connection.execute(f"create view ads as select * from read_parquet({files!r})")


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
