"""What each ad platform says was spent and claimed, as its own interface tells it.

A client each, as small as the platform's documentation allows, and none of them like the product's: campaigns are asked for where the product
asks for ads, pages where it asks for reports. Each answers rows of (day, spend, claimed value or None), exact.
"""

import datetime
import json
from fractions import Fraction

from http_json import ask

# Of actions that contain each other one is counted: the first of these that an account ever had; the parts of one entry exclude each other.
META_ACTIONS = [
    ["omni_purchase"],
    ["purchase"],
    ["offsite_conversion.fb_pixel_purchase", "onsite_conversion.purchase", "app_custom_event.fb_mobile_purchase"],
    ["lead"],
    ["offsite_conversion.fb_pixel_lead", "onsite_conversion.lead_grouped"],
]
META_YEARS = 3


def meta(account, first, last):
    base = f"{account['base_url']}/v26.0/act_{account['account']}/insights"

    def rows(**params):
        params["access_token"] = account["secret"]
        url = base
        while url:
            page = ask(url, params)
            yield from page["data"]
            url, params = page.get("paging", {}).get("next"), None

    begin = datetime.date.fromisoformat(last) - datetime.timedelta(days=365 * META_YEARS)
    span = json.dumps({"since": begin.isoformat(), "until": last})
    ever = list(rows(level="account", fields="actions,action_values", time_range=span))
    had = {action["action_type"] for row in ever for action in row.get("actions", []) if Fraction(action["value"])}
    counted = next((parts for parts in META_ACTIONS if had.intersection(parts)), [])
    fields, days = "spend,action_values", json.dumps({"since": first, "until": last})
    for row in rows(level="campaign", fields=fields, time_range=days, time_increment=1, limit=200):
        values = [Fraction(action["value"]) for action in row.get("action_values", []) if action["action_type"] in counted]
        yield row["date_start"], Fraction(row["spend"]), sum(values) if values else None


def google(account, first, last):
    secret = json.loads(account["secret"])
    names = ("client_id", "client_secret", "refresh_token")
    form = {"grant_type": "refresh_token", **{name: secret[name] for name in names}}
    token = ask(f"{account['base_url']}/token", form=form)["access_token"]
    headers = {"Authorization": f"Bearer {token}", "login-customer-id": secret["login_customer_id"]}
    query = (
        "SELECT segments.date, campaign.id, metrics.cost_micros, metrics.conversions_value FROM campaign "
        f"WHERE segments.date BETWEEN '{first}' AND '{last}'"
    )
    url = f"{account['base_url']}/v25/customers/{account['account']}/googleAds:searchStream"
    for batch in ask(url, headers=headers, body={"query": query}):
        for row in batch.get("results", []):
            metrics = row["metrics"]
            spend = Fraction(metrics.get("costMicros", 0)) / 1_000_000
            yield row["segments"]["date"], spend, Fraction(metrics.get("conversionsValue", 0))


def linkedin(account, first, last):
    headers = {
        "Authorization": f"Bearer {json.loads(account['secret'])['access_token']}",
        "LinkedIn-Version": "202609",
        "X-Restli-Protocol-Version": "2.0.0",
    }

    def date(day):
        year, month, of_month = (int(part) for part in day.split("-"))
        return f"(year:{year},month:{month},day:{of_month})"

    # Parentheses, commas and colons are the notation's own and stay as they are.
    url = (
        f"{account['base_url']}/rest/adAnalytics?q=analytics&pivot=CAMPAIGN&timeGranularity=DAILY"
        f"&dateRange=(start:{date(first)},end:{date(last)})&accounts=List(urn%3Ali%3AsponsoredAccount%3A{account['account']})"
        "&fields=dateRange,pivotValues,costInLocalCurrency,conversionValueInLocalCurrency"
    )
    for row in ask(url, headers=headers)["elements"]:
        start, value = row["dateRange"]["start"], row.get("conversionValueInLocalCurrency")
        day = datetime.date(start["year"], start["month"], start["day"]).isoformat()
        yield day, Fraction(row.get("costInLocalCurrency", 0)), None if value is None else Fraction(value)


TIKTOK_PAGE = 1000


def tiktok(account, first, last):
    def rows(**params):
        params |= {"advertiser_id": account["account"], "report_type": "BASIC", "service_type": "AUCTION", "page_size": TIKTOK_PAGE}
        page, pages = 1, 1
        while page <= pages:
            url = f"{account['base_url']}/open_api/v1.3/report/integrated/get/"
            answer = ask(url, params | {"page": page}, {"Access-Token": account["secret"]})
            if answer["code"] != 0:
                raise SystemExit(f"TikTok answers {answer['code']}: {answer['message']}")
            yield from answer["data"]["list"]
            page, pages = page + 1, answer["data"]["page_info"]["total_page"]

    def figure(row, name):
        text = row["metrics"].get(name, "-")
        return Fraction(0) if text == "-" else Fraction(text)

    year = (datetime.date.fromisoformat(last) - datetime.timedelta(days=364)).isoformat()
    whole = list(rows(data_level="AUCTION_ADVERTISER", dimensions='["advertiser_id"]', metrics='["complete_payment","purchase"]', start_date=year, end_date=last))
    of_site = any(figure(row, "complete_payment") for row in whole)
    of_app = not of_site and any(figure(row, "purchase") for row in whole)
    metrics = '["spend","complete_payment","value_per_complete_payment","total_purchase_value"]'
    everything = '[{"field_name":"ad_status","filter_type":"IN","filter_value":"[\\"STATUS_ALL\\"]"}]'
    dimensions = '["ad_id_v2","stat_time_day"]'
    for row in rows(data_level="AUCTION_AD", dimensions=dimensions, metrics=metrics, filtering=everything, start_date=first, end_date=last):
        claimed = None
        if of_site:
            claimed = figure(row, "complete_payment") * figure(row, "value_per_complete_payment")
        elif of_app:
            claimed = figure(row, "total_purchase_value")
        yield row["dimensions"]["stat_time_day"][:10], figure(row, "spend"), claimed


PINTEREST_IDS = 100


def pinterest(account, first, last):
    headers = {"Authorization": f"Bearer {json.loads(account['secret'])['access_token']}"}
    base = f"{account['base_url']}/v5/ad_accounts/{account['account']}"
    statuses = [("entity_statuses", status) for status in ("ACTIVE", "PAUSED", "ARCHIVED")]
    campaigns, bookmark = [], []
    while bookmark is not None:
        page = ask(f"{base}/campaigns", [("page_size", 250), *statuses, *bookmark], headers)
        campaigns += [campaign["id"] for campaign in page["items"]]
        bookmark = [("bookmark", page["bookmark"])] if page.get("bookmark") else None
    asked = pinterest_asked(first, last)
    for at in range(0, len(campaigns), PINTEREST_IDS):
        ids = [("campaign_ids", campaign) for campaign in campaigns[at : at + PINTEREST_IDS]]
        for row in ask(f"{base}/campaigns/analytics", [*asked, *ids], headers):
            yield pinterest_row(row)


def pinterest_total(account, first, last):
    """The same of the account as a whole."""
    headers = {"Authorization": f"Bearer {json.loads(account['secret'])['access_token']}"}
    url = f"{account['base_url']}/v5/ad_accounts/{account['account']}/analytics"
    for row in ask(url, pinterest_asked(first, last), headers):
        yield pinterest_row(row)


def pinterest_asked(first, last):
    columns = "SPEND_IN_MICRO_DOLLAR,TOTAL_CHECKOUT_VALUE_IN_MICRO_DOLLAR"
    windows = [("click_window_days", 30), ("engagement_window_days", 30), ("view_window_days", 1)]
    days = [("start_date", first), ("end_date", last), ("granularity", "DAY"), ("conversion_report_time", "TIME_OF_AD_ACTION")]
    return [("columns", columns), *days, *windows]


def pinterest_row(row):
    value = row.get("TOTAL_CHECKOUT_VALUE_IN_MICRO_DOLLAR")
    claimed = None if value is None else Fraction(value) / 1_000_000
    return row["DATE"], Fraction(row.get("SPEND_IN_MICRO_DOLLAR") or 0) / 1_000_000, claimed


PLATFORMS = {"meta": meta, "google": google, "linkedin": linkedin, "tiktok": tiktok, "pinterest": pinterest}
