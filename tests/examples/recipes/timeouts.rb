# Uploads and downloads a file, and waits for neither longer than allowed.
require "net/http"

XERO = "http://127.0.0.1:4600/xero/api.xro/2.0"
HEADERS = { "Authorization" => "Bearer anything", "xero-tenant-id" => "demo" }
# Seconds. `read_timeout` and `write_timeout` limit the pause between bytes, so a large file does not need more.
# Without `max_retries: 0`, PUT and GET are sent once more after a timeout.
LIMITS = { open_timeout: 5, read_timeout: 60, write_timeout: 30, max_retries: 0 }
TOTAL = 300

# Downloads a file. Aborts if it takes longer than `seconds` in total.
def download(http, path, to, seconds)
  finish = Process.clock_gettime(Process::CLOCK_MONOTONIC) + seconds
  File.open(to, "wb") do |file|
    http.request_get(path, HEADERS) do |answer|
      abort("#{answer.code} #{answer.body}") unless answer.is_a?(Net::HTTPSuccess)
      answer.read_body do |piece|
        abort("too slow: #{path}") if Process.clock_gettime(Process::CLOCK_MONOTONIC) > finish
        file.write(piece)
      end
    end
  end
end

url = URI("#{XERO}/Invoices/INV-0002/Attachments/receipt.pdf")
Net::HTTP.start(url.host, url.port, use_ssl: url.scheme == "https", **LIMITS) do |http|
  answer = http.put(url.path, "%PDF-1.7 a receipt", { **HEADERS, "Content-Type" => "application/pdf" })
  abort("#{answer.code} #{answer.body}") unless answer.is_a?(Net::HTTPSuccess)
  download(http, url.path, "receipt.pdf", TOTAL)
end
puts "downloaded receipt.pdf"
