# Uploads files, and refreshes the access token when it has expired. The tokens are in token.json.
set -eu

xero=http://127.0.0.1:4600/xero/api.xro/2.0
identity=http://127.0.0.1:4600/xero/identity/connect/token
client=demo-client:demo-secret

# Tokens have no character that JSON escapes.
token() {
  sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" token.json
}

# A refresh token works only once, so the new ones are saved first, and to a new file: nothing is lost if the machine
# stops meanwhile.
refresh() {
  curl --fail --silent --show-error --output token.new --user "$client" \
    --data grant_type=refresh_token --data-urlencode "refresh_token=$(token refresh_token)" "$identity"
  mv token.new token.json
}

# Prints the status.
upload() {
  curl --silent --show-error --output answer --write-out '%{http_code}' --upload-file "$1" \
    -H "Authorization: Bearer $(token access_token)" -H 'xero-tenant-id: demo' \
    "$xero/Invoices/INV-0002/Attachments/$1"
}

for name in a.pdf b.pdf c.pdf; do
  printf '%%PDF-1.7 a receipt' > "$name"
  status=$(upload "$name")
  if [ "$status" = 401 ]; then
    refresh
    status=$(upload "$name")
  fi
  if [ "$status" != 200 ]; then
    cat answer >&2
    exit 1
  fi
  echo "uploaded $name"
done
