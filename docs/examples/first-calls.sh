#!/bin/sh
# The first calls with curl and nothing else: token, account, connector, credential, one call through it.
# Usage: KEYWAY_URL=... CLIENT_ID=... CLIENT_SECRET=... API_KEY=... sh first-calls.sh
set -eu

# Reads one member of a JSON answer: the first text or number under that name.
member() { sed -E "s/.*\"$1\":\"?([^\",}]*).*/\1/" | head -n 1; }
first() { sed -E "s/^\[?\{\"$1\":\"?([^\",}]*).*/\1/"; }

token=$(curl -sS --fail-with-body "$KEYWAY_URL/oauth/token" \
  -d grant_type=client_credentials -d "client_id=$CLIENT_ID" -d "client_secret=$CLIENT_SECRET" | member access_token)

api() {
  method=$1
  path=$2
  shift 2
  curl -sS --fail-with-body -X "$method" "$KEYWAY_URL/v1.0$path" \
    -H "Authorization: Bearer $token" -H "Content-Type: application/json" -H "X-Cyclr-Account: ${account:-}" "$@"
}

account="curl-$(date +%s)"
api POST /accounts -d "{\"Id\": \"$account\", \"Name\": \"Customer of the curl example\"}" > /dev/null

connector=$(api GET "/connectors/Sandbox%20CRM%20(API%20key)" | first Id)
installed=$(api POST "/connectors/$connector/install" -d '{"Name": "Their CRM"}' | first Id)
api PUT "/account/connectors/$installed" -d "{\"AuthValue\": \"$API_KEY\"}" > /dev/null

method=$(api GET "/connectors/$connector/methods?query=List%20contacts" | first Id)
api POST "/account/connectors/$installed/methods/$method" -d '{"Parameters": {}}'
