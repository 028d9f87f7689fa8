import { readFileSync } from "node:fs";
import axios from "axios";

const http = axios.create({
  baseURL: "http://127.0.0.1:4600/dualentry/public/v2",
  headers: { "X-API-KEY": "anything" },
});
const form = new FormData();
form.append("files", new Blob([readFileSync("invoice.pdf")], { type: "application/pdf" }), "invoice.pdf");

await http.post("/invoices/1001/attachments/", form);

const { data: record } = await http.get("/invoices/1001/");
console.log(record.attachments.at(-1).file_name);
