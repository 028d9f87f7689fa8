# Waits as long as Retry-After says, and sends the request again.
require "net/http"

XERO = "http://127.0.0.1:4600/xero/api.xro/2.0"
HEADERS = { "Authorization" => "Bearer anything", "xero-tenant-id" => "demo" }

# Sends a request, again after each 429 or 503, until `most` seconds of waiting. Returns the last response.
def patiently(most: 300)
  waited = 0
  loop do
    answer = yield
    return answer unless %w[429 503].include?(answer.code)

    seconds = [1, answer["Retry-After"].to_i].max
    waited += seconds
    return answer if waited > most

    sleep(seconds)
  end
end

url = URI("#{XERO}/Invoices/INV-0002/Attachments/receipt.pdf")
Net::HTTP.start(url.host, url.port, use_ssl: url.scheme == "https") do |http|
  answer = patiently { http.put(url.path, "%PDF-1.7 a receipt", { **HEADERS, "Content-Type" => "application/pdf" }) }
  abort("#{answer.code} #{answer.body}") unless answer.is_a?(Net::HTTPSuccess)
end
puts "uploaded receipt.pdf"
