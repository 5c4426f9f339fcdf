#!/bin/sh
# The first calls with curl and nothing else: token, account, connector, AuthType, property, credential, one call, de-authenticated.
# Usage: KEYWAY_URL=... CLIENT_ID=... CLIENT_SECRET=... API_KEY=... BASIC=user:password sh first-calls.sh
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

# Installs a connector, by the AuthType that it takes, and gives it a credential: connect NAME AUTH_TYPE AUTH_VALUE
connect() {
  found=$(api GET "/connectors/$1")
  printf '%s' "$found" | grep -q "\"AuthType\":\"$2\""
  connector=$(printf '%s' "$found" | first Id)
  installed=$(api POST "/connectors/$connector/install" -d '{}' | first Id)
  api PUT "/account/connectors/$installed" -d "{\"AuthValue\": \"$3\"}" > /dev/null
  api GET "/account/connectors/$installed" | grep -q '"Authenticated":true'
}
disconnect() {
  api PUT "/account/connectors/$1/deauthenticate" -d '{}' > /dev/null
  api GET "/account/connectors/$1" | grep -q '"Authenticated":false'
}

connect "Sandbox%20CRM%20(Basic)" Basic "$(printf '%s' "$BASIC" | base64)"
disconnect "$installed"

connect "Sandbox%20CRM%20(API%20key)" ApiKey "$API_KEY"
api POST "/account/connectors/$installed/properties" -d '{"Name": "Region", "Value": "eu"}' > /dev/null
method=$(api GET "/connectors/$connector/methods?query=List%20contacts" | first Id)
api POST "/account/connectors/$installed/methods/$method" -d '{"Parameters": {}}'
disconnect "$installed"
