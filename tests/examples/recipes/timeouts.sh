# Uploads and downloads a file, and waits for neither longer than allowed.
set -eu

xero=http://127.0.0.1:4600/xero/api.xro/2.0
url=$xero/Invoices/INV-0002/Attachments/receipt.pdf
printf '%%PDF-1.7 a receipt' > receipt.pdf

# Seconds: to connect, in total, and with less than one byte a second.
request() {
  curl --fail --silent --show-error --connect-timeout 5 --max-time 300 --speed-limit 1 --speed-time 60 \
    -H 'Authorization: Bearer anything' -H 'xero-tenant-id: demo' "$@"
}

request --output /dev/null --upload-file receipt.pdf "$url"
request --output stored.pdf "$url"
echo 'downloaded stored.pdf'
