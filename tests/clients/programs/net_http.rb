require "json"
require "net/http"

records = URI("https://api.dualentry.com/public/v2/invoices/1001/")
headers = { "X-API-KEY" => "anything" }

upload = Net::HTTP::Post.new(URI("#{records}attachments/"), headers)
upload.set_form([["files", File.open("invoice.pdf", "rb"), { filename: "invoice.pdf" }]], "multipart/form-data")
Net::HTTP.start(records.host, use_ssl: true) do |http|
  uploaded = http.request(upload)
  abort uploaded.body unless uploaded.is_a?(Net::HTTPSuccess)

  puts JSON.parse(http.get(records.path, headers).body)["attachments"].last["file_name"]
end
