"""What each shop says it sold, as its own interface tells it. Each answers rows of (day, revenue, whether it was a customer's first), exact.

An order belongs to the day it was placed in the shop's zone; cancelled orders and tests are none.
"""

import base64
import datetime
import hashlib
import hmac
import json
import secrets
import time
import urllib.parse
import zoneinfo
from fractions import Fraction

from http_json import ask

SHOPIFY_ORDERS = """query($after: String, $query: String!) { orders(first: 100, after: $after, sortKey: PROCESSED_AT, query: $query) {
  pageInfo { hasNextPage endCursor }
  nodes { processedAt cancelledAt test totalPriceSet { shopMoney { amount } } customerJourneySummary { ready customerOrderIndex } } } }"""


def shopify(account, first, last):
    base, token = account["base_url"], account["secret"]
    if token.startswith("{"):
        form = {"grant_type": "client_credentials", **json.loads(token)}
        token = ask(f"{base}/admin/oauth/access_token", form=form)["access_token"]
    # A day more on both sides, whatever the shop's zone; what is too much is left out by its day.
    day = datetime.timedelta(days=1)
    begin, end = datetime.date.fromisoformat(first) - day, datetime.date.fromisoformat(last) + 2 * day
    variables = {"query": f"processed_at:>='{begin}T00:00:00Z' AND processed_at:<'{end}T00:00:00Z'", "after": None}
    while True:
        body = {"query": SHOPIFY_ORDERS, "variables": variables}
        answer = ask(f"{base}/admin/api/2026-10/graphql.json", headers={"X-Shopify-Access-Token": token}, body=body)
        if "errors" in answer:
            raise SystemExit(f"Shopify answers {answer['errors']}")
        orders = answer["data"]["orders"]
        for order in orders["nodes"]:
            if not order["test"] and order["cancelledAt"] is None:
                journey = order["customerJourneySummary"] or {}
                new = journey.get("ready") and journey.get("customerOrderIndex") == 1
                amount = Fraction(order["totalPriceSet"]["shopMoney"]["amount"])
                yield local_day(order["processedAt"].replace("Z", "+00:00"), account["timezone"]), amount, bool(new)
        if not orders["pageInfo"]["hasNextPage"]:
            return
        variables["after"] = orders["pageInfo"]["endCursor"]


MAGENTO_PAGE = 300


def magento(account, first, last):
    """All orders since the shop opened are read, since nothing else tells whose order is the first."""
    known, page, seen = set(), 1, 0
    while True:
        params = {
            "searchCriteria[filter_groups][0][filters][0][field]": "state",
            "searchCriteria[filter_groups][0][filters][0][value]": "canceled,pending_payment",
            "searchCriteria[filter_groups][0][filters][0][condition_type]": "nin",
            "searchCriteria[sortOrders][0][field]": "entity_id",
            "searchCriteria[sortOrders][0][direction]": "ASC",
            "searchCriteria[pageSize]": MAGENTO_PAGE,
            "searchCriteria[currentPage]": page,
            "fields": "items[entity_id,created_at,base_grand_total,customer_email],total_count",
        }
        url = f"{account['base_url']}/rest/{account['account']}/V1/orders"
        answer = ask(f"{url}?{encoded(params)}", headers={"Authorization": signature(url, params, json.loads(account["secret"]))})
        for order in answer["items"]:
            customer = order["customer_email"].lower()
            new, _ = customer not in known, known.add(customer)
            placed = order["created_at"].replace(" ", "T") + "+00:00"
            yield local_day(placed, account["timezone"]), Fraction(order["base_grand_total"]), new
        seen, page = seen + len(answer["items"]), page + 1
        if seen >= answer["total_count"]:
            return


def signature(url, params, secret):
    """OAuth 1.0a, RFC 5849."""
    oauth = {
        "oauth_consumer_key": secret["consumer_key"],
        "oauth_nonce": secrets.token_hex(12),
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": str(int(time.time())),
        "oauth_token": secret["access_token"],
        "oauth_version": "1.0",
    }
    pairs = sorted((quoted(name), quoted(value)) for name, value in {**params, **oauth}.items())
    base = "&".join(["GET", quoted(url), quoted("&".join(f"{name}={value}" for name, value in pairs))])
    key = f"{quoted(secret['consumer_secret'])}&{quoted(secret['access_token_secret'])}"
    mac = hmac.new(key.encode(), base.encode(), hashlib.sha256).digest()
    oauth["oauth_signature"] = base64.b64encode(mac).decode()
    return "OAuth " + ", ".join(f'{name}="{quoted(value)}"' for name, value in oauth.items())


def encoded(params):
    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in params.items())


def quoted(text):
    return urllib.parse.quote(str(text), safe="-._~")


def local_day(instant, zone):
    return datetime.datetime.fromisoformat(instant).astimezone(zoneinfo.ZoneInfo(zone)).date().isoformat()


SHOPS = {"shopify": shopify, "magento": magento}
