require "faraday"
require "json"

xero = Faraday.new("https://api.xero.com/api.xro/2.0/") do |http|
  http.headers = { "Authorization" => "Bearer anything", "xero-tenant-id" => "demo", "Accept" => "application/json" }
end
attachments = "Invoices/INV-0002/Attachments"

uploaded = xero.put("#{attachments}/invoice.pdf", File.binread("invoice.pdf"), "Content-Type" => "application/pdf")
abort uploaded.body unless uploaded.success?

puts JSON.parse(xero.get(attachments).body)["Attachments"].last["FileName"]
