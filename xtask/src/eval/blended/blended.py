"""Computes figures over several sources from their raw answers, with nothing of the product's: argv[1] is a JSON document that says which.

    {"rates": URL, "accounts": [{tenant, source, account, currency, timezone, secret, base_url}], "from": DAY, "to": DAY,
     "currencies": {TENANT: [CURRENCY, ...]}}

Prints {TENANT: {CURRENCY: {figure: number or null}}}, and which days of Pinterest's accounts are not the sum of their campaigns.
"""

import json
import sys
from collections import defaultdict
from fractions import Fraction

import ads
import shops
from rates import Rates

with open(sys.argv[1], encoding="utf-8") as file:
    asked = json.load(file)
first, last = asked["from"], asked["to"]
rates = Rates(asked["rates"])


def number(value):
    """Whole numbers stay whole."""
    if value is None:
        return None
    return int(value) if isinstance(value, int) or value.denominator == 1 else float(value)


def ratio(above, below):
    return above / below if above is not None and below else None


def total(amounts):
    """`None` where nothing at all was told."""
    amounts = list(amounts)
    return sum(amounts, Fraction(0)) if amounts else None


def figures(platforms, orders, to):
    def worth(amount, day, currency):
        return rates.convert(amount, currency, to, day)

    spend, claimed = {}, {}
    for source, rows in platforms.items():
        spend[source] = total(worth(spent, day, currency) for currency, day, spent, _ in rows)
        claimed[source] = total(worth(value, day, currency) for currency, day, _, value in rows if value is not None)
    all_spend = total(amount for amount in spend.values() if amount is not None)
    all_claimed = total(amount for amount in claimed.values() if amount is not None)
    sold = total(worth(amount, day, currency) for currency, day, amount, _ in orders)
    new = sum(first for *_, first in orders) if orders else None
    told = {
        "spend": all_spend,
        "revenue": all_claimed,
        "store_revenue": sold,
        "orders": len(orders) or None,
        "new_customers": new,
        "mer": ratio(sold, all_spend),
        "ncac": ratio(all_spend, new),
        "claimed_to_counted": ratio(all_claimed, sold),
    }
    for source in platforms:
        told |= {f"spend of {source}": spend[source], f"revenue of {source}": claimed[source]}
    return {name: number(value) for name, value in told.items()}


platforms, orders, apart = defaultdict(lambda: defaultdict(list)), defaultdict(list), []
for account in asked["accounts"]:
    source, currency = account["source"], account["currency"]
    if source in ads.PLATFORMS:
        rows = list(ads.PLATFORMS[source](account, first, last))
        platforms[account["tenant"]][source] += [(currency, *row) for row in rows]
        if source == "pinterest":
            days = defaultdict(Fraction)
            for day, spend, _ in rows:
                days[day] += spend
            for day, spend, _ in ads.pinterest_total(account, first, last):
                if days[day] != spend:
                    difference = f"{float(days[day] - spend):.2f}"
                    apart.append({"source": source, "account": account["account"], "date": day, "difference": difference})
    elif source in shops.SHOPS:
        rows = shops.SHOPS[source](account, first, last)
        orders[account["tenant"]] += [(currency, *row) for row in rows if first <= row[0] <= last]

tenants = {
    tenant: {currency: figures(platforms[tenant], orders[tenant], currency) for currency in currencies}
    for tenant, currencies in asked["currencies"].items()
}
print(json.dumps({"tenants": tenants, "apart": apart}))
