"""Draws conversions and what CurrencyConverter makes of them, then serves the same rates as the European Central Bank does.

argv[1] is the bank's history (eurofxref-hist.csv.gz), argv[2] how many conversions are drawn, argv[3] the seed that draws them (empty: any).
Prints one JSON document: {url, version, seed, rates, draws: [{class, date, from, to, amount, expected}]}; `expected` is null where neither the day
nor the seven before it have a rate.

CurrencyConverter carries the last known rate forward for ever within a currency's life and not at all beyond; asked strictly it tells which days
have a rate of their own. Together these give both sides' rule: the last known rate, at most seven days old.
"""

import datetime
import gzip
import http.server
import json
import pathlib
import random
import sys
import tempfile
import zipfile
from importlib.metadata import version

from currency_converter import CurrencyConverter, RateNotFoundError

CARRIED_DAYS = 7
FIRST, AFTER_LAST = datetime.date(1998, 12, 28), 10
# A sum keeps six decimals and at most nine billions of units, so weak currencies are converted in large sums.
LARGEST = 9_000_000_000
DAY = datetime.timedelta(days=1)

csv = gzip.decompress(pathlib.Path(sys.argv[1]).read_bytes()).decode()
served = pathlib.Path(tempfile.mkdtemp())
history = served / "stats/eurofxref/eurofxref-hist.zip"
history.parent.mkdir(parents=True)
with zipfile.ZipFile(history, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("eurofxref-hist.csv", csv)

strict = CurrencyConverter(str(history), decimal=True)
carrying = CurrencyConverter(
    str(history), decimal=True, fallback_on_missing_rate=True, fallback_on_missing_rate_method="last_known", fallback_on_wrong_date=True
)
rates = sum(cell not in ("", "N/A") for line in csv.splitlines()[1:] for cell in line.split(",")[1:])
days = sorted(datetime.date.fromisoformat(line.split(",", 1)[0]) for line in csv.splitlines()[1:])
open_days, last = set(days), days[-1]
currencies = sorted(strict.currencies)


def known(currency, day):
    """Whether the day or one of the seven before it has a rate."""
    for back in range(CARRIED_DAYS + 1):
        try:
            strict.convert(1, currency, "EUR" if currency != "EUR" else "USD", date=day - back * DAY)
        except RateNotFoundError:
            continue
        return True
    return False


def draw(dice):
    """A day of any kind, at the edge of a currency's life, or without rates; and two currencies."""
    source, target = dice.sample(currencies, 2)
    kind = dice.randrange(3)
    day = FIRST + dice.randrange((last - FIRST).days + AFTER_LAST) * DAY
    if kind == 1:
        bounds = strict.bounds[dice.choice([source, target])]
        day = max(FIRST, dice.choice([bounds.first_date, bounds.last_date]) + dice.randint(-10, 10) * DAY)
    while kind == 2 and day in open_days:
        day += DAY
    return day, source, target


def expected(day, source, target):
    # The euro needs no rate: only the other one may be missing.
    if not all(currency == "EUR" or known(currency, day) for currency in (source, target)):
        return None
    return carrying.convert(1, source, target, date=day)


dice = random.Random(seed := int(sys.argv[3] or random.SystemRandom().randrange(1 << 32)))
draws, drawn = [], set()
while len(draws) < int(sys.argv[2]):
    day, source, target = draw(dice)
    if (day, source) in drawn:
        continue
    drawn.add((day, source))
    rate = expected(day, source, target)
    amount = 1000 if (rate or 0) > 1000 else min(LARGEST, int(1_000_000 / min(rate or 1, 1)))
    if rate is None:
        kind = "no rate: not quoted, or older than seven days"
    elif day in open_days:
        kind = "days with rates"
    else:
        kind = "weekends and holidays"
    text = None if rate is None else f"{rate * amount:.9f}"
    draws.append({"class": kind, "date": day.isoformat(), "from": source, "to": target, "amount": str(amount), "expected": text})


class Quiet(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *args):
        super().__init__(*args, directory=str(served))

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
url = f"http://127.0.0.1:{server.server_port}"
print(json.dumps({"url": url, "version": version("CurrencyConverter"), "seed": seed, "rates": rates, "draws": draws}), flush=True)
server.serve_forever()
