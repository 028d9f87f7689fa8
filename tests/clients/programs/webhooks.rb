# Receives webhooks of Xero, Codat and DualEntry. Each is verified over the bytes that arrived, before they are parsed.
require "openssl"
require "socket"

def hmac(secret, data)
  OpenSSL::HMAC.digest("SHA256", secret, data)
end

def fresh?(timestamp)
  (Time.now.to_i - timestamp.to_i).abs < 300
end

VERIFY = {
  "/xero" => lambda do |body, headers|
    OpenSSL.secure_compare([hmac(ENV.fetch("XERO_KEY"), body)].pack("m0"), headers["x-xero-signature"].to_s)
  end,
  "/codat" => lambda do |body, headers|
    key = ENV.fetch("CODAT_SECRET").delete_prefix("whsec_").unpack1("m0")
    timestamp = headers["webhook-timestamp"]
    signature = "v1,#{[hmac(key, "#{headers['webhook-id']}.#{timestamp}.#{body}")].pack('m0')}"
    # There may be several signatures, after a change of the secret.
    fresh?(timestamp) && headers["webhook-signature"].to_s.split.any? { |one| OpenSSL.secure_compare(signature, one) }
  end,
  "/dualentry" => lambda do |body, headers|
    timestamp = headers["dualentry-webhook-request-timestamp"]
    signature = hmac(ENV.fetch("DUALENTRY_SECRET"), "#{timestamp}.#{body}").unpack1("H*")
    fresh?(timestamp) && OpenSSL.secure_compare(signature, headers["dualentry-webhook-signature-v1"].to_s)
  end
}

# Ruby brings no HTTP server since version 3; an application has one that speaks Rack.
def answer(client)
  path = client.gets.split[1]
  lines = client.gets("\r\n\r\n").split("\r\n")
  headers = lines.to_h { |line| line.split(/: */, 2) }.transform_keys(&:downcase)
  body = client.read(headers["content-length"].to_i)
  accepted = VERIFY.key?(path) && VERIFY[path].call(body, headers)
  # Xero wants an answer without a body.
  client.write("HTTP/1.1 #{accepted ? '200 OK' : '401 Unauthorized'}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
ensure
  client.close
end

server = TCPServer.new("127.0.0.1", Integer(ENV.fetch("PORT", "3000")))
loop { Thread.start(server.accept) { |client| answer(client) } }
