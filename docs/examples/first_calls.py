"""The first calls with `requests` and nothing else: token, account, connector, credential, one call through it.

Usage: KEYWAY_URL=... CLIENT_ID=... CLIENT_SECRET=... API_KEY=... python3 first_calls.py
"""

import json
import os
import sys
import time
from urllib.parse import quote

import requests

URL = os.environ["KEYWAY_URL"]


def get_token() -> str:
    answer = requests.post(
        f"{URL}/oauth/token",
        data={
            "grant_type": "client_credentials",
            "client_id": os.environ["CLIENT_ID"],
            "client_secret": os.environ["CLIENT_SECRET"],
        },
        timeout=30,
    )
    answer.raise_for_status()
    return answer.json()["access_token"]


account = f"python-{time.time_ns()}"
session = requests.Session()
session.headers.update({"Authorization": f"Bearer {get_token()}", "X-Cyclr-Account": account})


def call(method: str, path: str, body: dict | None = None):
    """One call of the API. Raises with its own words where it is refused."""
    answer = session.request(method, f"{URL}/v1.0{path}", json=body, timeout=30)
    if not answer.ok:
        raise RuntimeError(f"{answer.status_code} {answer.json()['Message']}")
    return answer.json()


call("POST", "/accounts", {"Id": account, "Name": "Customer of the Python example"})

connector = call("GET", f"/connectors/{quote('Sandbox CRM (API key)')}")[0]
installed = call("POST", f"/connectors/{connector['Id']}/install", {"Name": "Their CRM"})
call("PUT", f"/account/connectors/{installed['Id']}", {"AuthValue": os.environ["API_KEY"]})

method = call("GET", f"/connectors/{connector['Id']}/methods?query=List contacts")[0]
contacts = call("POST", f"/account/connectors/{installed['Id']}/methods/{method['Id']}", {"Parameters": {}})
json.dump(contacts, sys.stdout)
