# Uploads a file and compares what was stored with what was sent.
require "digest"
require "net/http"

XERO = "http://127.0.0.1:4600/xero/api.xro/2.0"
HEADERS = { "Authorization" => "Bearer anything", "xero-tenant-id" => "demo" }

# Returns the bytes of the response.
def checked(answer)
  abort("#{answer.code} #{answer.body}") unless answer.is_a?(Net::HTTPSuccess)
  answer.body
end

def upload_checked(http, path, data, tries: 2)
  tries.times do
    checked(http.put(path, data, { **HEADERS, "Content-Type" => "application/pdf" }))
    return if Digest::SHA256.digest(checked(http.get(path, HEADERS))) == Digest::SHA256.digest(data)
  end
  abort("The stored bytes differ from those that were sent: #{path}")
end

url = URI("#{XERO}/Invoices/INV-0002/Attachments/receipt.pdf")
Net::HTTP.start(url.host, url.port, use_ssl: url.scheme == "https") do |http|
  upload_checked(http, url.path, "%PDF-1.7 a receipt")
end
puts "uploaded receipt.pdf"
