"""The European Central Bank's reference rates from its XML, and amounts by the rate of their own day."""

import datetime
import urllib.request
import xml.etree.ElementTree as xml
from fractions import Fraction

CARRIED_DAYS = 7


class Rates:
    def __init__(self, url):
        with urllib.request.urlopen(url, timeout=120) as answer:
            document = xml.fromstring(answer.read())
        self.days = {}
        for day in document.iter():
            if "time" in day.attrib:
                self.days[day.attrib["time"]] = {rate.attrib["currency"]: Fraction(rate.attrib["rate"]) for rate in day}

    def per_euro(self, currency, day):
        """Of the day itself, or of the last day before it that has one."""
        if currency == "EUR":
            return Fraction(1)
        for back in range(CARRIED_DAYS + 1):
            of = (datetime.date.fromisoformat(day) - datetime.timedelta(days=back)).isoformat()
            if currency in self.days.get(of, {}):
                return self.days[of][currency]
        raise SystemExit(f"no rate for {currency} on {day}")

    def convert(self, amount, source, target, day):
        return amount if source == target else amount * self.per_euro(target, day) / self.per_euro(source, day)
