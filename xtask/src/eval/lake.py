"""Adds up months of a lake's tables in DuckDB: argv[1] is the lake's folder, argv[2] and argv[3] the first and last day.

The files are those of each table's newest snapshot as the deltalake package reads it; what partitions say comes from there, too, since it does not
stand in the files. Prints {version, tenants: {TENANT: {MONTH: {PLATFORM: {figure: whole number}}}}}; amounts in micros, and what has no figure is
null. An empty platform stands for orders that no paid click brought.
"""

import json
import pathlib
import sys
from collections import defaultdict

import deltalake
import duckdb

lake, first, last = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]

ADS = """select strftime(date, '%Y-%m-01'), $platform, sum(spend_micros), sum(impressions), sum(clicks), sum(conversions), sum(revenue_micros)
    from read_parquet($files) where date between $first and $last group by 1"""
ADS_FIGURES = ["spend", "impressions", "clicks", "conversions", "revenue"]
ORDERS = """select strftime(date, '%Y-%m-01'), click_platform, sum(orders), sum(revenue_micros)
    from read_parquet($files) where date between $first and $last group by 1, 2"""
ORDERS_FIGURES = ["orders", "store_revenue"]

connection = duckdb.connect()


def files(tenant, table):
    """The snapshot's files, by platform."""
    if not (tenant / table).is_dir():
        return {}
    snapshot = deltalake.DeltaTable(str(tenant / table))
    platforms = {partition["platform"] for partition in snapshot.partitions()}
    return {platform: snapshot.file_uris(file_pruning_predicate=[("platform", "=", platform)]) for platform in platforms}


def add(months, rows, names):
    for month, platform, *figures in rows:
        known = months[month][platform]
        for name, figure in zip(names, figures):
            if figure is not None:
                known[name] = known.get(name, 0) + (figure if isinstance(figure, float) else int(figure))


tenants = {}
for tenant in sorted(folder for folder in lake.iterdir() if folder.is_dir()):
    months = defaultdict(lambda: defaultdict(dict))
    days = {"first": first, "last": last}
    for platform, paths in files(tenant, "ad_daily").items():
        add(months, connection.execute(ADS, {"files": paths, "platform": platform, **days}).fetchall(), ADS_FIGURES)
    for paths in files(tenant, "orders").values():
        add(months, connection.execute(ORDERS, {"files": paths, **days}).fetchall(), ORDERS_FIGURES)
    tenants[tenant.name] = months
print(json.dumps({"version": duckdb.__version__, "tenants": tenants}))
