# Receives webhooks without a gem, and sees them repeated without waiting: `ruby receive_webhooks.rb`.
require "json"
require "net/http"
require "socket"
require "timeout"

CODAT = "http://127.0.0.1:4600/codat"
CONTROL = "http://127.0.0.1:4600/_emulator/sandboxes/default"
ATTACHMENT = "companies/5eed0000-0000-4000-8000-00000000c001/connections/5eed0000-0000-4000-8000-00000000d001" \
             "/push/invoices/inv-1/attachment"
Webhook = Struct.new(:body, :status)

def send_request(request)
  answer = Net::HTTP.start(request.uri.host, request.uri.port) { |http| http.request(request) }
  abort("#{answer.code} #{answer.body}") unless answer.is_a?(Net::HTTPSuccess)
  answer
end

def control(method, path, body = nil)
  request = method.new(URI(CONTROL + path))
  request.body = body.to_json if body
  send_request(request)
end

def check(fact, actual, expected)
  abort("#{fact}: expected #{expected.inspect}, got #{actual.inspect}") unless actual == expected
end

# Answers webhooks with these statuses first, and then with 200. Puts each into the queue.
def serve(server, answers, received)
  loop do
    client = server.accept
    head = client.gets("\r\n\r\n")
    body = client.read(head[/^content-length: *(\d+)/i, 1].to_i)
    status = answers.shift || 200
    client.write("HTTP/1.1 #{status} Status\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    client.close
    received << Webhook.new(body, status)
  end
end

server = TCPServer.new("127.0.0.1", 0)
received = Queue.new
Thread.new { serve(server, [500], received) }
url = "http://127.0.0.1:#{server.addr[1]}"
endpoint = JSON.parse(control(Net::HTTP::Post, "/webhooks", { vendor: "codat", url: url }).body)

begin
  upload = Net::HTTP::Post.new(URI("#{CODAT}/#{ATTACHMENT}"), { "Authorization" => "Basic YW55dGhpbmc=" })
  file = ["file", "%PDF-1.7", { filename: "receipt.pdf", content_type: "application/pdf" }]
  upload.set_form([file], "multipart/form-data")
  send_request(upload)

  first = Timeout.timeout(10) { received.pop }
  check("the type", JSON.parse(first.body)["payload"]["type"], "UploadAttachment")

  control(Net::HTTP::Patch, "/clock", { advance: 5 })
  second = Timeout.timeout(10) { received.pop }
  check("the second body", second.body, first.body)
  check("the answers", [first.status, second.status], [500, 200])
ensure
  control(Net::HTTP::Delete, "/webhooks/#{endpoint['id']}")
end
puts "an attachment is announced until it is accepted"
