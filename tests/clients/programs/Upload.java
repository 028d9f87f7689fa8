import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;

public class Upload {
    static final String ATTACHMENTS = "http://127.0.0.1:4600/xero/api.xro/2.0/Invoices/INV-0002/Attachments";

    static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(ATTACHMENTS + path))
            .header("Authorization", "Bearer anything")
            .header("xero-tenant-id", "demo")
            .header("Accept", "application/json");
    }

    public static void main(String[] arguments) throws Exception {
        var http = HttpClient.newHttpClient();
        var upload = request("/invoice.pdf").PUT(BodyPublishers.ofFile(Path.of("invoice.pdf"))).build();
        var uploaded = http.send(upload, BodyHandlers.ofString());
        if (uploaded.statusCode() != 200) throw new Exception(uploaded.body());

        var listed = http.send(request("").build(), BodyHandlers.ofString()).body();
        System.out.println(listed.contains("\"FileName\": \"invoice.pdf\"") ? "invoice.pdf" : listed);
    }
}
