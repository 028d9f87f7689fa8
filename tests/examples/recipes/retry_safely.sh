# Uploads a file once, however often it has to be sent.
set -eu

codat=http://127.0.0.1:4600/codat
connection=companies/5eed0000-0000-4000-8000-00000000c001/connections/5eed0000-0000-4000-8000-00000000d001
printf '%%PDF-1.7 a receipt' > receipt.pdf

# Every attempt carries the same key.
key=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
for attempt in 1 2 3; do
  status=0
  curl --fail --silent --show-error --output /dev/null -F 'file=@receipt.pdf' \
    -H 'Authorization: Basic YW55dGhpbmc=' -H "Idempotency-Key: $key" \
    "$codat/$connection/push/invoices/inv-2/attachment" || status=$?
  case $status in
    0) echo 'uploaded receipt.pdf'; exit ;;
    # The answer was an error.
    22) exit 22 ;;
  esac
done
# There was no answer.
exit "$status"
