# Attaches files to a Xero document, which holds ten: those that have no room go into a zip archive.
require "erb"
require "json"
require "net/http"
require "zlib"

XERO = "http://127.0.0.1:4600/xero/api.xro/2.0"
HEADERS = { "Authorization" => "Bearer anything", "xero-tenant-id" => "demo", "Accept" => "application/json" }

# A zip archive of files by their names. They are not compressed.
def zip(files)
  entries = "".b
  directory = "".b
  files.each do |name, data|
    # Version 2.0, a name in UTF-8, not compressed, the first of January 1980; checksum and sizes; length of the name.
    facts = [20, 0x800, 0, 0, 0x21, Zlib.crc32(data), data.bytesize, data.bytesize, name.bytesize, 0].pack("v5V3v2")
    directory << "PK\x01\x02".b << [20].pack("v") << facts << [0, 0, 0, 0, entries.bytesize].pack("v3V2") << name.b
    entries << "PK\x03\x04".b << facts << name.b << data.b
  end
  sizes = [0, 0, files.size, files.size, directory.bytesize, entries.bytesize, 0].pack("v4V2v")
  entries + directory + "PK\x05\x06".b + sizes
end

# The files as at most `room` (one or more); a zip archive of this name holds the excess.
def merged(files, room, name)
  return files if files.size <= room

  { **files.first(room - 1).to_h, name => zip(files.drop(room - 1).to_h) }
end

# Attaches files to a document, `Invoices/…`. Aborts, before sending anything, if it is full.
def attach(http, document, files, most: 10)
  path = "#{URI(XERO).path}/#{document}/Attachments"
  there = JSON.parse(checked(http.get(path, HEADERS)))["Attachments"].map { |attachment| attachment["FileName"] }
  overwriting, added = files.partition { |name, _| there.include?(name) }.map(&:to_h)
  abort("#{document} has #{there.size} attachments, and no room for more") if added.any? && there.size >= most

  unused = (1..).lazy.map { |number| "more-#{number}.zip" }.find { |name| !there.include?(name) && !files.key?(name) }
  { **overwriting, **merged(added, most - there.size, unused) }.each do |name, data|
    headers = { **HEADERS, "Content-Type" => "application/octet-stream" }
    checked(http.put("#{path}/#{ERB::Util.url_encode(name)}", data, headers))
    puts "uploaded #{name}"
  end
end

# Returns the body of the response.
def checked(answer)
  abort("#{answer.code} #{answer.body}") unless answer.is_a?(Net::HTTPSuccess)
  answer.body
end

receipts = (1..14).to_h { |number| ["receipt-#{number}.pdf", "%PDF-1.7 receipt #{number}"] }
url = URI(XERO)
Net::HTTP.start(url.host, url.port, use_ssl: url.scheme == "https") do |http|
  attach(http, "Invoices/INV-0002", receipts)
end
