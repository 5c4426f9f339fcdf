"""The first calls with `requests` and nothing else: token, account, connector, AuthType, property,
credential, one call, de-authenticated.

Usage: KEYWAY_URL=... CLIENT_ID=... CLIENT_SECRET=... API_KEY=... BASIC=user:password python3 first_calls.py
"""

import base64
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


def connect(name: str, auth_type: str, auth_value: str) -> tuple[int, int]:
    """Installs a connector and gives it a credential of the type that it takes."""
    connector = call("GET", f"/connectors/{quote(name)}")[0]
    way = next(one for one in connector["Authentication"] if one["AuthType"] == auth_type)
    body = {"Name": f"Their {name}", "AuthenticationId": way["Id"]}
    installed = call("POST", f"/connectors/{connector['Id']}/install", body)["Id"]
    call("PUT", f"/account/connectors/{installed}", {"AuthValue": auth_value})
    assert call("GET", f"/account/connectors/{installed}")["Authenticated"]
    return connector["Id"], installed


basic = base64.b64encode(os.environ["BASIC"].encode()).decode()
_, with_basic = connect("Sandbox CRM (Basic)", "Basic", basic)
connector, installed = connect("Sandbox CRM (API key)", "ApiKey", os.environ["API_KEY"])
call("POST", f"/account/connectors/{installed}/properties", {"Name": "Region", "Value": "eu"})

method = call("GET", f"/connectors/{connector}/methods?query=List contacts")[0]
contacts = call("POST", f"/account/connectors/{installed}/methods/{method['Id']}", {"Parameters": {}})

for one in (with_basic, installed):
    call("PUT", f"/account/connectors/{one}/deauthenticate", {})
    assert not call("GET", f"/account/connectors/{one}")["Authenticated"]
json.dump(contacts, sys.stdout)
