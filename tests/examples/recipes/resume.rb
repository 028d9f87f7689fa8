# Uploads the files of a batch that have not arrived yet. Run it again after a failure.
# The argument is `codat`, which it is without one, `dualentry` or `xero`.
require "digest"
require "erb"
require "json"
require "net/http"

EMULATOR = "http://127.0.0.1:4600"
CONNECTION = "companies/5eed0000-0000-4000-8000-00000000c001/connections/5eed0000-0000-4000-8000-00000000d001"

# Returns the body of the response.
def send_request(request)
  url = request.uri
  # Without `max_retries: 0`, PUT and GET are sent once more when the connection breaks.
  answer = Net::HTTP.start(url.host, url.port, use_ssl: url.scheme == "https", max_retries: 0) do |http|
    http.request(request)
  end
  abort("#{answer.code} #{answer.body}") unless answer.is_a?(Net::HTTPSuccess)
  answer.body
end

def get(url, headers = {})
  send_request(Net::HTTP::Get.new(URI(url), headers))
end

def post_form(url, headers, field, name, data)
  request = Net::HTTP::Post.new(URI(url), headers)
  request.set_form([[field, data, { filename: name }]], "multipart/form-data")
  send_request(request)
end

# What is at a vendor: name, size, and a lambda that downloads it.
There = Struct.new(:name, :size, :read)

class Codat
  HEADERS = { "Authorization" => "Basic YW55dGhpbmc=" }

  def list
    url = "#{EMULATOR}/codat/#{CONNECTION}/data/invoices/inv-2/attachments"
    JSON.parse(get(url, HEADERS))["attachments"].map do |attachment|
      There.new(attachment["name"], attachment["fileSize"], -> { get("#{url}/#{attachment['id']}/download", HEADERS) })
    end
  end

  def upload(name, data)
    post_form("#{EMULATOR}/codat/#{CONNECTION}/push/invoices/inv-2/attachment", HEADERS, "file", name, data)
  end
end

class DualEntry
  HEADERS = { "X-API-KEY" => "anything" }
  RECORD = "#{EMULATOR}/dualentry/public/v2/invoices/1001/"

  def list
    JSON.parse(get(RECORD, HEADERS))["attachments"].map do |attachment|
      # A signed URL on another host: do not send it the key.
      There.new(attachment["file_name"], attachment["file_size"], -> { get(attachment["download_url"]) })
    end
  end

  def upload(name, data)
    post_form("#{RECORD}attachments/", HEADERS, "files", name, data)
  end
end

class Xero
  HEADERS = { "Authorization" => "Bearer anything", "xero-tenant-id" => "demo", "Accept" => "application/json" }
  ATTACHMENTS = "#{EMULATOR}/xero/api.xro/2.0/Invoices/INV-0002/Attachments"

  def list
    JSON.parse(get(ATTACHMENTS, HEADERS))["Attachments"].map do |attachment|
      read = -> { get("#{ATTACHMENTS}/#{attachment['AttachmentID']}", HEADERS) }
      There.new(attachment["FileName"], attachment["ContentLength"], read)
    end
  end

  def upload(name, data)
    request = Net::HTTP::Put.new(URI("#{ATTACHMENTS}/#{ERB::Util.url_encode(name)}"), HEADERS)
    request.content_type = "application/pdf"
    request.body = data
    send_request(request)
  end
end

# Returns the files that are not there yet with this name and these bytes.
def missing(files, there)
  arrived = there.select do |stored|
    data = files[stored.name]
    # A file of another size differs; no need to download it.
    data && data.bytesize == stored.size && Digest::SHA256.digest(stored.read.call) == Digest::SHA256.digest(data)
  end
  files.except(*arrived.map(&:name))
end

batch = (1..4).to_h { |number| ["receipt-#{number}.pdf", "%PDF-1.7 receipt #{number}"] }
vendor = { "codat" => Codat, "dualentry" => DualEntry, "xero" => Xero }.fetch(ARGV[0] || "codat").new
missing(batch, vendor.list).each do |name, data|
  vendor.upload(name, data)
  puts "uploaded #{name}"
end
