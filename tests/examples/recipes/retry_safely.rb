# Uploads a file once, however often it has to be sent.
require "net/http"
require "securerandom"

CODAT = "http://127.0.0.1:4600/codat"
HEADERS = { "Authorization" => "Basic YW55dGhpbmc=" }
CONNECTION = "companies/5eed0000-0000-4000-8000-00000000c001/connections/5eed0000-0000-4000-8000-00000000d001"
# What is raised where there is no answer, or not all of it.
NO_ANSWER = [SystemCallError, IOError, Timeout::Error, Net::ProtocolError]

# Every attempt carries the same key.
def upload_safely(url, form, tries: 3)
  headers = { **HEADERS, "Idempotency-Key" => SecureRandom.uuid }
  begin
    tries -= 1
    request = Net::HTTP::Post.new(url, headers)
    request.set_form(form, "multipart/form-data")
    Net::HTTP.start(url.host, url.port, use_ssl: url.scheme == "https") { |http| http.request(request) }
  rescue *NO_ANSWER
    retry if tries > 0
    raise
  end
end

receipt = ["file", "%PDF-1.7 a receipt", { filename: "receipt.pdf", content_type: "application/pdf" }]
answer = upload_safely(URI("#{CODAT}/#{CONNECTION}/push/invoices/inv-2/attachment"), [receipt])
abort("#{answer.code} #{answer.body}") unless answer.is_a?(Net::HTTPSuccess)
puts "uploaded receipt.pdf"
