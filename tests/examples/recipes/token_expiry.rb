# Uploads files, and refreshes the access token when it has expired. The tokens are in token.json.
require "json"
require "net/http"

XERO = "http://127.0.0.1:4600/xero/api.xro/2.0"
IDENTITY = URI("http://127.0.0.1:4600/xero/identity/connect/token")
CLIENT = ["demo-client", "demo-secret"]

def send_request(request)
  url = request.uri
  Net::HTTP.start(url.host, url.port, use_ssl: url.scheme == "https") { |http| http.request(request) }
end

def check(answer)
  abort("#{answer.code} #{answer.body}") unless answer.is_a?(Net::HTTPSuccess)
  answer
end

# Returns the new tokens, which are saved first: a refresh token works only once.
def refresh(token)
  request = Net::HTTP::Post.new(IDENTITY)
  request.basic_auth(*CLIENT)
  request.set_form_data("grant_type" => "refresh_token", "refresh_token" => token["refresh_token"])
  body = check(send_request(request)).body
  # To a new file first: nothing is lost if the machine stops meanwhile.
  File.write("token.new", body)
  File.rename("token.new", "token.json")
  JSON.parse(body)
end

def upload(name, data, token)
  headers = { "Authorization" => "Bearer #{token['access_token']}", "xero-tenant-id" => "demo" }
  request = Net::HTTP::Put.new(URI("#{XERO}/Invoices/INV-0002/Attachments/#{name}"), headers)
  request.content_type = "application/pdf"
  request.body = data
  send_request(request)
end

token = JSON.parse(File.read("token.json"))
%w[a.pdf b.pdf c.pdf].each do |name|
  answer = upload(name, "%PDF-1.7 a receipt", token)
  if answer.code == "401"
    token = refresh(token)
    answer = upload(name, "%PDF-1.7 a receipt", token)
  end
  check(answer)
  puts "uploaded #{name}"
end
