"""Forecasts the series of argv[1] (JSON of `eval_forecast DATA --series`) with statsforecast's AutoETS and AutoARIMA; prints JSON.

The season is the competition's own (24 of hours, 7 of days; none of weeks, as the publishers of statsforecast have it for M4).
AutoARIMA takes half a minute for a series of hours, so of data sets with seasons above 12 it forecasts every n-th series, argv[2]
of each (default 20): whoever scores compares on the same series. Gaps are joined by straight lines, since the peer takes none; a
series it fails on is left out.
"""

import json
import sys
import time
import warnings
from importlib.metadata import version

import numpy as np
from statsforecast.models import AutoARIMA, AutoETS

warnings.filterwarnings("ignore")
series = json.load(open(sys.argv[1]))
slow = int(sys.argv[2]) if len(sys.argv) > 2 else 20


def even(past):
    known = [(i, v) for i, v in enumerate(past) if v is not None]
    places, values = zip(*known)
    return np.interp(np.arange(places[0], len(past)), places, values)


def forecast(model, one):
    told = model(season_length=one["period"]).forecast(even(one["past"]), one["horizon"], level=[80, 95])
    pick = lambda key: [float(v) for v in told[key]]
    found = {"points": pick("mean"), "lo80": pick("lo-80"), "hi80": pick("hi-80"), "lo95": pick("lo-95"), "hi95": pick("hi-95")}
    return found if all(np.isfinite(values).all() for values in found.values()) else None


datasets = {}
for one in series:
    datasets.setdefault(one["dataset"], []).append(one)
results = {}
for dataset, ones in datasets.items():
    for model in (AutoETS, AutoARIMA):
        chosen = ones
        if model is AutoARIMA and ones[0]["period"] > 12:
            chosen = ones[:: max(1, len(ones) // slow)][:slow]
        told, begun = {}, time.perf_counter()
        for one in chosen:
            try:
                told[one["id"]] = forecast(model, one)
            except Exception as error:
                print(f"{model.__name__} on {dataset} {one['id']}: {error}", file=sys.stderr)
        told = {name: values for name, values in told.items() if values}
        print(f"{dataset}: {model.__name__}, {len(told)} of {len(ones)} series", file=sys.stderr, flush=True)
        results.setdefault(dataset, {})[model.__name__] = {"seconds": time.perf_counter() - begun, "forecasts": told}
packages = ("statsforecast", "numpy", "scipy")
print(json.dumps({"versions": {name: version(name) for name in packages}, "datasets": results}))
