# Uploads the files of a batch that have not arrived yet, at Xero. Run it again after a failure.
set -eu

attachments=http://127.0.0.1:4600/xero/api.xro/2.0/Invoices/INV-0002/Attachments

request() {
  curl --silent --show-error -H 'Authorization: Bearer anything' -H 'xero-tenant-id: demo' "$@"
}

for number in 1 2 3 4; do
  name=receipt-$number.pdf
  printf '%%PDF-1.7 receipt %s' "$number" > "$name"
  # Xero's attachments can be downloaded by their names.
  status=$(request --output stored.pdf --write-out '%{http_code}' "$attachments/$name")
  case $status in
    200) if cmp -s "$name" stored.pdf; then continue; fi ;;
    404) ;;
    *) cat stored.pdf >&2; exit 1 ;;
  esac
  request --fail --output /dev/null --upload-file "$name" "$attachments/$name"
  echo "uploaded $name"
done
