# Uploads a file and compares what was stored with what was sent.
set -eu

xero=http://127.0.0.1:4600/xero/api.xro/2.0
url=$xero/Invoices/INV-0002/Attachments/receipt.pdf
printf '%%PDF-1.7 a receipt' > receipt.pdf

request() {
  curl --fail --silent --show-error -H 'Authorization: Bearer anything' -H 'xero-tenant-id: demo' "$@"
}

for attempt in 1 2; do
  request --output /dev/null --upload-file receipt.pdf "$url"
  request --output stored.pdf "$url"
  if cmp -s receipt.pdf stored.pdf; then
    echo 'uploaded receipt.pdf'
    exit
  fi
done
echo "The stored bytes differ from those that were sent: $url" >&2
exit 1
