package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"mime/multipart"
	"net/http"
	"os"
)

const record = "https://api.codat.io/companies/5eed0000-0000-4000-8000-00000000c001" +
	"/connections/5eed0000-0000-4000-8000-00000000d001"

func send(method, url, contentType string, body io.Reader) []byte {
	request, err := http.NewRequest(method, url, body)
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Authorization", "Basic YW55dGhpbmc=")
	request.Header.Set("Content-Type", contentType)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	answer, _ := io.ReadAll(response.Body)
	if response.StatusCode != http.StatusOK {
		log.Fatalf("%s: %s", response.Status, answer)
	}
	return answer
}

func main() {
	content, err := os.ReadFile("invoice.pdf")
	if err != nil {
		log.Fatal(err)
	}
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	part, _ := writer.CreateFormFile("file", "invoice.pdf")
	part.Write(content)
	writer.Close()
	send("POST", record+"/push/invoices/inv-2/attachment", writer.FormDataContentType(), &form)

	var listed struct{ Attachments []struct{ Name string } }
	answer := send("GET", record+"/data/invoices/inv-2/attachments", "application/json", nil)
	if err := json.Unmarshal(answer, &listed); err != nil {
		log.Fatal(err)
	}
	fmt.Println(listed.Attachments[len(listed.Attachments)-1].Name)
}
