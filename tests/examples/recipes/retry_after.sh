# Waits as long as Retry-After says, and sends the request again. With --retry, curl does so after 429 and 503. It also
# retries after 408, 500, 502, 504 and timeouts, where it waits a second, then two, then four.
set -eu

xero=http://127.0.0.1:4600/xero/api.xro/2.0

curl --fail --silent --show-error --output /dev/null --retry 10 --retry-max-time 300 \
  -X PUT --data-binary '%PDF-1.7 a receipt' -H 'Content-Type: application/pdf' \
  -H 'Authorization: Bearer anything' -H 'xero-tenant-id: demo' \
  "$xero/Invoices/INV-0002/Attachments/receipt.pdf"
echo 'uploaded receipt.pdf'
