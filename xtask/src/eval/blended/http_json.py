"""One HTTP request, one JSON answer: all that the clients beside this need. Numbers keep their digits."""

import json
import urllib.error
import urllib.parse
import urllib.request
from decimal import Decimal


def ask(url, params=None, headers=None, form=None, body=None):
    """GET with `params`, or POST of a `form` or of a JSON `body`."""
    if params:
        url += ("&" if "?" in url else "?") + urllib.parse.urlencode(params)
    headers, data = dict(headers or {}), None
    if form is not None:
        data = urllib.parse.urlencode(form).encode()
    elif body is not None:
        data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
    request = urllib.request.Request(url, data=data, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.loads(answer.read(), parse_float=Decimal)
    except urllib.error.HTTPError as refusal:
        raise SystemExit(f"{url.split('?')[0]} answers {refusal.code}: {refusal.read()[:500]}") from refusal
