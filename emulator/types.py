"""The names that the Python API takes, as types: settings, vendors, rules, operations, documents and faults.

Written by `python docs/api_types.py` from the settings and the vendor packages.
"""

from typing import Literal, TypedDict

VendorName = Literal["xero", "codat", "dualentry", "vrplatform"]
"""A vendor."""

XeroDocumentType = Literal[
    "Accounts",
    "Contacts",
    "Invoices",
    "CreditNotes",
    "BankTransactions",
    "BankTransfers",
    "ManualJournals",
    "PurchaseOrders",
    "Quotes",
    "Receipts",
    "RepeatingInvoices",
]
"""What files hang on at Xero."""

CodatRecordType = Literal[
    "customers",
    "suppliers",
    "invoices",
    "bills",
    "directCosts",
    "directIncomes",
    "purchaseOrders",
    "billCreditNotes",
    "transfers",
]
"""What files hang on at Codat."""

DualEntryRecordType = Literal[
    "invoices",
    "bills",
    "journal-entries",
    "sales-orders",
    "purchase-orders",
    "customer-prepayments",
    "customer-deposits",
    "customer-refunds",
    "cash-sales",
    "vendor-refunds",
    "direct-expenses",
]
"""What files hang on at DualEntry."""

VRPlatformTransactionType = Literal["expense", "deposit", "transfer", "payout"]
"""What files hang on at VRPlatform."""

FaultKind = Literal[
    "status",
    "early-refusal",
    "reset",
    "empty-reply",
    "lost-answer",
    "delay",
    "truncated",
    "stall",
    "slow",
    "corrupted",
    "malformed-chunk",
]
"""What a fault makes go wrong."""

RuleId = Literal[
    "xero.credential",
    "xero.token-unknown",
    "xero.token-expired",
    "xero.scope",
    "xero.scopes",
    "xero.scope-unavailable",
    "xero.token-answer",
    "xero.tenant",
    "xero.tenant-id",
    "xero.reconnect",
    "xero.token-lifetime",
    "xero.client",
    "xero.grant",
    "xero.grant-type",
    "xero.unknown-path",
    "xero.unknown-record",
    "xero.not-emulated",
    "xero.method",
    "xero.spellings",
    "xero.number-as-id",
    "xero.max-attachments",
    "xero.max-request-bytes",
    "xero.file-type",
    "xero.file-name-characters",
    "xero.file-name-brackets",
    "xero.file-name-utf8",
    "xero.file-name-plus",
    "xero.file-name-trailing-space",
    "xero.file-names-case-sensitive",
    "xero.empty-file",
    "xero.upload-parent",
    "xero.overwrite",
    "xero.upload-answer",
    "xero.list-order",
    "xero.url",
    "xero.any-content-type",
    "xero.mime-type",
    "xero.include-online",
    "xero.download",
    "xero.content-disposition",
    "xero.envelope",
    "xero.content-length",
    "xero.rate-headers",
    "xero.rate-limits",
    "xero.rate-refused",
    "xero.rate-concurrent",
    "xero.rate-per-minute",
    "xero.rate-per-day",
    "xero.rate-per-app",
    "xero.idempotency-lifetime",
    "xero.idempotency-mismatch",
    "xero.idempotency-key",
    "xero.has-attachments",
    "xero.embedded-url",
    "xero.history",
    "xero.history-parent",
    "xero.unknown-fields",
    "xero.create-or-update",
    "xero.update-unknown",
    "xero.number-taken",
    "xero.type",
    "xero.status",
    "xero.modification-status",
    "xero.contact-name",
    "xero.email",
    "xero.approval",
    "xero.keeps-lines",
    "xero.member-names",
    "xero.form-xml",
    "xero.list-without-page",
    "xero.amount-types",
    "xero.as-pdf",
    "xero.contact-required",
    "xero.contact-unknown",
    "xero.lines-required",
    "xero.create-status",
    "xero.field-required",
    "xero.bad-guid",
    "xero.bad-body",
    "xero.max-documents",
    "xero.summarize-errors",
    "xero.page-size",
    "xero.query-syntax",
    "xero.filters",
    "xero.header-names",
    "codat.unknown-path",
    "codat.method",
    "codat.credential",
    "codat.key-unknown",
    "codat.not-emulated",
    "codat.query",
    "codat.rate-headers",
    "codat.rate-limits",
    "codat.rate-concurrent",
    "codat.rate-per-minute",
    "codat.rate-per-day",
    "codat.idempotency-lifetime",
    "codat.idempotency-mismatch",
    "codat.idempotency-in-progress",
    "codat.company-unknown",
    "codat.connection-unknown",
    "codat.company-name",
    "codat.max-companies",
    "codat.platform-unknown",
    "codat.link",
    "codat.unlink",
    "codat.not-linked",
    "codat.paging",
    "codat.record-unknown",
    "codat.attachment-unknown",
    "codat.operation-unknown",
    "codat.bad-body",
    "codat.max-json-bytes",
    "codat.readable-at-once",
    "codat.upload-path",
    "codat.upload-answer",
    "codat.push-polls",
    "codat.bad-multipart",
    "codat.one-file",
    "codat.metadata",
    "codat.other-fields",
    "codat.content-type",
    "codat.duplicates",
    "codat.file-name",
    "codat.xero-max-bytes",
    "codat.xero-extensions",
    "codat.quickbooks-online-max-bytes",
    "codat.quickbooks-online-extensions",
    "codat.quickbooks-online-content-type",
    "codat.netsuite-max-bytes",
    "codat.netsuite-extensions",
    "codat.dynamics-max-bytes",
    "codat.freeagent-max-bytes",
    "codat.freeagent-extensions",
    "codat.zoho-books-max-bytes",
    "codat.zoho-books-extensions",
    "codat.quickbooks-desktop",
    "codat.options",
    "codat.attachment",
    "codat.list",
    "codat.download",
    "codat.payables-delete",
    "codat.payables-v2",
    "codat.expenses",
    "codat.header-names",
    "dualentry.unknown-path",
    "dualentry.trailing-slash",
    "dualentry.method",
    "dualentry.add-only",
    "dualentry.replace-attachments",
    "dualentry.credential",
    "dualentry.key-unknown",
    "dualentry.organisation",
    "dualentry.not-emulated",
    "dualentry.rate-headers",
    "dualentry.rate-limits",
    "dualentry.rate-burst",
    "dualentry.rate-per-second",
    "dualentry.rate-operation-burst",
    "dualentry.rate-operation-per-second",
    "dualentry.rate-invoice-writes",
    "dualentry.record-number",
    "dualentry.query",
    "dualentry.bad-json",
    "dualentry.body",
    "dualentry.unknown-fields",
    "dualentry.record-unknown",
    "dualentry.max-json-bytes",
    "dualentry.create",
    "dualentry.money",
    "dualentry.put",
    "dualentry.patch",
    "dualentry.known-parties",
    "dualentry.list",
    "dualentry.max-limit",
    "dualentry.filters",
    "dualentry.upload",
    "dualentry.files-missing",
    "dualentry.append",
    "dualentry.file-name",
    "dualentry.bad-multipart",
    "dualentry.max-file-bytes",
    "dualentry.attachment-ids",
    "dualentry.six-fields",
    "dualentry.attachment-reference",
    "dualentry.attachment-unknown",
    "dualentry.detach",
    "dualentry.download",
    "dualentry.url-lifetime",
    "dualentry.url-token",
    "dualentry.register",
    "dualentry.uploaded-already",
    "dualentry.idempotency-lifetime",
    "dualentry.idempotency-key",
    "dualentry.idempotency-in-progress",
    "dualentry.idempotency-max-answer",
    "dualentry.idempotency-mismatch",
    "dualentry.header-names",
    "vrplatform.unknown-path",
    "vrplatform.not-emulated",
    "vrplatform.credential",
    "vrplatform.key-unknown",
    "vrplatform.key-inactive",
    "vrplatform.key-team",
    "vrplatform.team-needed",
    "vrplatform.scope",
    "vrplatform.team",
    "vrplatform.input",
    "vrplatform.error",
    "vrplatform.bad-json",
    "vrplatform.content-type",
    "vrplatform.max-json-bytes",
    "vrplatform.upload",
    "vrplatform.file-missing",
    "vrplatform.one-file",
    "vrplatform.bad-multipart",
    "vrplatform.overrides",
    "vrplatform.visibility",
    "vrplatform.max-name-length",
    "vrplatform.max-file-bytes",
    "vrplatform.attachment-unknown",
    "vrplatform.patch",
    "vrplatform.download",
    "vrplatform.download-redirects",
    "vrplatform.url-lifetime",
    "vrplatform.delete",
    "vrplatform.delete-linked",
    "vrplatform.expenses-only",
    "vrplatform.type-change",
    "vrplatform.replace-set",
    "vrplatform.removal-deletes",
    "vrplatform.attachments-move",
    "vrplatform.refuse-duplicates",
    "vrplatform.staged",
    "vrplatform.transaction-attachments",
    "vrplatform.create",
    "vrplatform.transaction-unknown",
    "vrplatform.known-references",
    "vrplatform.transfer",
    "vrplatform.lines",
    "vrplatform.line-unknown",
    "vrplatform.dry-run",
    "vrplatform.books-closed-at",
    "vrplatform.statement-lock",
    "vrplatform.delete-transaction",
    "vrplatform.list",
    "vrplatform.page-size",
    "vrplatform.filters",
    "vrplatform.date-range",
    "vrplatform.amount-range",
    "vrplatform.statements",
    "vrplatform.statement",
    "vrplatform.owner-statement",
    "vrplatform.statement-unknown",
    "vrplatform.period-unknown",
    "vrplatform.statement-filters",
    "vrplatform.audit-headers",
    "vrplatform.audit",
    "vrplatform.audit-action-unknown",
    "vrplatform.audit-filters",
    "vrplatform.teams",
    "vrplatform.team-unknown",
    "vrplatform.header-names",
]
"""A rule, as `attachment-emulator rules` lists them."""

Operation = Literal[
    "DELETE classifications/{classification_id}",
    "DELETE custom-fields/{custom_field_id}",
    "DELETE customers/{customer_id}",
    "DELETE fixed-assets/{fixed_asset_number}",
    "DELETE items/{item_id}",
    "DELETE paper-checks/{paper_check_id}",
    "DELETE product-tax-codes/{product_tax_code_id}",
    "DELETE recurring/bills/{record_number}",
    "DELETE recurring/invoices/{record_number}",
    "DELETE recurring/journal-entries/{record_number}",
    "DELETE vendors/{vendor_id}",
    "GET /accounts",
    "GET /apps",
    "GET /apps/{id}",
    "GET /audit/actions",
    "GET /audit/effects",
    "GET /audit/journal-deltas",
    "GET /audit/timeline",
    "GET /bank-records",
    "GET /connections",
    "GET /connections/{id}",
    "GET /listings",
    "GET /listings/opening-balance",
    "GET /metrics/listing-revenue",
    "GET /recurring-fees",
    "GET /reports/journal-entries",
    "GET /reports/manager-statements/detail",
    "GET /reports/manager-statements/detail/journal-entries",
    "GET /reports/owner-statement-summaries-per-layout",
    "GET /reports/owner-statement-summaries-per-layout/details/{id}",
    "GET /reports/profit-and-loss",
    "GET /reservations",
    "GET /statements/batch",
    "GET /teams/issues",
    "GET /teams/lookup",
    "GET /teams/opening-trial-balance",
    "GET /teams/{id}/issues",
    "GET /transactions/recurring-templates",
    "GET accounts",
    "GET accounts/{account_number}",
    "GET bank-match/bank-transactions",
    "GET bank-match/bank-transactions/{financial_transaction_id}",
    "GET bank-match/status-counts",
    "GET bank-match/suggestions",
    "GET bank-match/suggestions/{suggestion_id}",
    "GET bank-transfers",
    "GET bank-transfers/{record_number}",
    "GET budgets",
    "GET budgets/{budget_id}",
    "GET classifications",
    "GET classifications-lines",
    "GET classifications/{classification_id}",
    "GET companies",
    "GET companies/{company_id}",
    "GET contracts",
    "GET contracts/{contract_id}/usage",
    "GET contracts/{record_id}",
    "GET custom-fields",
    "GET custom-fields/{custom_field_id}",
    "GET customer-credits",
    "GET customer-credits/{record_number}",
    "GET customer-payments",
    "GET customer-payments/{record_number}",
    "GET customer-prepayment-applications",
    "GET customer-prepayment-applications/{record_number}",
    "GET customers",
    "GET customers/{customer_id}",
    "GET depreciation-books",
    "GET depreciation-books/{book_code}",
    "GET fixed-assets",
    "GET fixed-assets/{fixed_asset_number}",
    "GET fixed-assets/{fixed_asset_number}/schedules/{depreciation_book_id}/schedule",
    "GET gst-tax-rates",
    "GET gst-tax-rates/{gst_tax_rate_id}",
    "GET health",
    "GET inbox",
    "GET inbox/records",
    "GET inbox/records/{record_id}",
    "GET inbox/transactions",
    "GET inbox/transactions/{record_id}",
    "GET intercompany-journal-entries",
    "GET intercompany-journal-entries/{record_number}",
    "GET items",
    "GET items/{item_id}",
    "GET oauth/callback",
    "GET paper-checks",
    "GET paper-checks/{paper_check_id}",
    "GET product-tax-codes",
    "GET product-tax-codes/{product_tax_code_id}",
    "GET recurring/bills",
    "GET recurring/bills/{record_number}",
    "GET recurring/invoices",
    "GET recurring/invoices/{record_number}",
    "GET recurring/journal-entries",
    "GET recurring/journal-entries/{record_number}",
    "GET vat-rates",
    "GET vat-rates/{vat_rate_id}",
    "GET vendor-credits",
    "GET vendor-credits/{record_number}",
    "GET vendor-payments",
    "GET vendor-payments/{record_number}",
    "GET vendor-prepayment-applications",
    "GET vendor-prepayment-applications/{record_number}",
    "GET vendor-prepayments",
    "GET vendor-prepayments/{record_number}",
    "GET vendors",
    "GET vendors/{vendor_id}",
    "GET workflows",
    "GET workflows/actions",
    "GET workflows/execution-states",
    "GET workflows/execution-states/{state_id}",
    "GET workflows/execution-states/{state_id}/actions",
    "GET workflows/roles",
    "GET workflows/{workflow_id}",
    "GET workflows/{workflow_id}/versions",
    "PATCH /teams/{id}/init",
    "PATCH classifications/{classification_id}",
    "PATCH customer-credits/{record_number}",
    "PATCH customer-payments/{record_number}",
    "PATCH customer-prepayment-applications/{record_number}",
    "PATCH customers/{customer_id}",
    "PATCH fixed-assets/{fixed_asset_number}",
    "PATCH vendors/{vendor_id}",
    "POST /accounts/{id}/banking-init",
    "POST /auth/embed/session",
    "POST /bank-records/batch",
    "POST /connections",
    "POST /connections/{id}/sync",
    "POST /contacts",
    "POST /listings",
    "POST /listings/ownership-periods",
    "POST /reservations/batch",
    "POST /reservations/journal-entries",
    "POST /statements/historic",
    "POST /statements/layouts",
    "POST /teams",
    "POST bank-match/matches",
    "POST bank-match/populate",
    "POST bank-match/unmatches",
    "POST bank-transfers",
    "POST classifications",
    "POST contracts",
    "POST contracts/{contract_id}/usage/bulk-upsert",
    "POST custom-fields",
    "POST customer-credits",
    "POST customer-payments",
    "POST customer-prepayment-applications",
    "POST customer-prepayment-applications/{record_number}/attachments",
    "POST customers",
    "POST fixed-assets",
    "POST intercompany-journal-entries",
    "POST items",
    "POST oauth/authorize",
    "POST oauth/token",
    "POST paper-checks/print-later",
    "POST paper-checks/print-now",
    "POST product-tax-codes",
    "POST recurring/bills",
    "POST recurring/invoices",
    "POST recurring/journal-entries",
    "POST statistical-journals/{record_number}/attachments",
    "POST vendor-credits",
    "POST vendor-payments",
    "POST vendor-prepayment-applications",
    "POST vendor-prepayments",
    "POST vendors",
    "PUT /bank-records/{id}",
    "PUT /bank-rules/{id}",
    "PUT /bank-rules/{id}/run",
    "PUT /statements/{id}",
    "PUT /transactions/recurring-templates/{id}/run",
    "PUT bank-transfers/{record_number}",
    "PUT classifications/{classification_id}",
    "PUT custom-fields/{custom_field_id}",
    "PUT customer-credits/{record_number}",
    "PUT customer-payments/{record_number}",
    "PUT customer-prepayment-applications/{record_number}",
    "PUT customers/{customer_id}",
    "PUT fixed-assets/{fixed_asset_number}",
    "PUT intercompany-journal-entries/{record_number}",
    "PUT items/{item_id}",
    "PUT paper-checks/print-batch",
    "PUT product-tax-codes/{product_tax_code_id}",
    "PUT recurring/bills/{record_number}",
    "PUT recurring/invoices/{record_number}",
    "PUT recurring/journal-entries/{record_number}",
    "PUT vendor-credits/{record_number}",
    "PUT vendor-payments/{record_number}",
    "PUT vendor-prepayment-applications/{record_number}",
    "PUT vendor-prepayments/{record_number}",
    "PUT vendors/{vendor_id}",
    "add-product",
    "assets.xro",
    "authorize",
    "bankfeeds.xro",
    "configure-custom-data-type",
    "configure-supplemental-data",
    "create-account",
    "create-api-key",
    "create-bank-account",
    "create-bank-transactions",
    "create-bill",
    "create-bill-credit-note",
    "create-bill-payment",
    "create-company",
    "create-connection",
    "create-credit-note",
    "create-customer",
    "create-direct-cost",
    "create-direct-income",
    "create-invoice",
    "create-item",
    "create-journal",
    "create-journal-entry",
    "create-payment",
    "create-purchase-order",
    "create-rule",
    "create-supplier",
    "create-transfer",
    "create-webhook-consumer",
    "createAccount",
    "createAccountAttachmentByFileName",
    "createBankTransactionAttachmentByFileName",
    "createBankTransactionHistoryRecord",
    "createBankTransactions",
    "createBankTransfer",
    "createBankTransferAttachmentByFileName",
    "createBankTransferHistoryRecord",
    "createBatchPayment",
    "createBatchPaymentHistoryRecord",
    "createBrandingThemePaymentServices",
    "createContactAttachmentByFileName",
    "createContactGroup",
    "createContactGroupContacts",
    "createContactHistory",
    "createContacts",
    "createCreditNoteAllocation",
    "createCreditNoteAttachmentByFileName",
    "createCreditNoteHistory",
    "createCreditNotes",
    "createCurrency",
    "createExpenseClaimHistory",
    "createExpenseClaims",
    "createInvoiceAttachmentByFileName",
    "createInvoiceHistory",
    "createInvoices",
    "createItemHistory",
    "createItems",
    "createLinkedTransaction",
    "createManualJournalAttachmentByFileName",
    "createManualJournalHistoryRecord",
    "createManualJournals",
    "createOverpaymentAllocations",
    "createOverpaymentHistory",
    "createPayment",
    "createPaymentHistory",
    "createPaymentService",
    "createPayments",
    "createPrepaymentAllocations",
    "createPrepaymentHistory",
    "createPurchaseOrderAttachmentByFileName",
    "createPurchaseOrderHistory",
    "createPurchaseOrders",
    "createQuoteAttachmentByFileName",
    "createQuoteHistory",
    "createQuotes",
    "createReceipt",
    "createReceiptAttachmentByFileName",
    "createReceiptHistory",
    "createRepeatingInvoiceAttachmentByFileName",
    "createRepeatingInvoiceHistory",
    "createRepeatingInvoices",
    "createTaxRates",
    "createTrackingCategory",
    "createTrackingOptions",
    "create_Bill_record",
    "create_Bill_record_attachments",
    "create_CashSale_record",
    "create_CashSale_record_attachments",
    "create_CustomerDeposit_record",
    "create_CustomerDeposit_record_attachments",
    "create_CustomerPrepayment_record",
    "create_CustomerPrepayment_record_attachments",
    "create_CustomerRefund_record",
    "create_CustomerRefund_record_attachments",
    "create_DirectExpense_record",
    "create_DirectExpense_record_attachments",
    "create_Invoice_record",
    "create_Invoice_record_attachments",
    "create_JournalEntry_record",
    "create_JournalEntry_record_attachments",
    "create_PurchaseOrder_record",
    "create_PurchaseOrder_record_attachments",
    "create_SalesOrder_record",
    "create_SalesOrder_record_attachments",
    "create_VendorRefund_record",
    "create_VendorRefund_record_attachments",
    "delete-api-key",
    "delete-bill",
    "delete-billPayment",
    "delete-company",
    "delete-connection",
    "delete-direct-cost",
    "delete-invoice",
    "delete-journal-entry",
    "delete-transaction-attachment",
    "delete-transactions-by-id",
    "delete-webhook-consumer",
    "deleteAccount",
    "deleteBankTransfer",
    "deleteBankTransfers",
    "deleteBatchPayment",
    "deleteBatchPaymentByUrlParam",
    "deleteConnection",
    "deleteContactGroupContact",
    "deleteContactGroupContacts",
    "deleteCreditNoteAllocations",
    "deleteItem",
    "deleteLinkedTransaction",
    "deleteOverpaymentAllocations",
    "deletePayment",
    "deletePrepaymentAllocations",
    "deleteTrackingCategory",
    "deleteTrackingOptions",
    "download-bill-attachment",
    "download-customer-attachment",
    "download-direct-cost-attachment",
    "download-direct-income-attachment",
    "download-invoice-attachment",
    "download-invoice-pdf",
    "download-purchase-order-attachment",
    "download-purchase-order-pdf",
    "download-supplier-attachment",
    "download-transaction-attachment",
    "emailInvoice",
    "emulator-attachment-options",
    "emulator-consent",
    "emulator-download",
    "emulator-download-head",
    "emulator-register-attachment",
    "emulator-signed-download",
    "emulator-upload",
    "files.xro",
    "get-account",
    "get-account-transaction",
    "get-aged-creditors-report",
    "get-aged-debtors-report",
    "get-audit-actions-by-id",
    "get-audit-mutations",
    "get-balance-sheet",
    "get-bank-account",
    "get-bill",
    "get-bill-attachment",
    "get-bill-credit-note",
    "get-bill-payments",
    "get-cash-flow-statement",
    "get-company",
    "get-company-access-token",
    "get-company-data-status",
    "get-company-info",
    "get-company-push-history",
    "get-connection",
    "get-connection-management-access-token",
    "get-connection-management-cors-settings",
    "get-create-bank-transactions-model",
    "get-create-billPayments-model",
    "get-create-chartOfAccounts-model",
    "get-create-directCosts-model",
    "get-create-directIncomes-model",
    "get-create-items-model",
    "get-create-journalEntries-model",
    "get-create-journals-model",
    "get-create-payments-model",
    "get-create-transfers-model",
    "get-create-update-bankAccounts-model",
    "get-create-update-billCreditNotes-model",
    "get-create-update-bills-model",
    "get-create-update-creditNotes-model",
    "get-create-update-customers-model",
    "get-create-update-invoices-model",
    "get-create-update-model-options-by-data-type",
    "get-create-update-purchaseOrders-model",
    "get-create-update-suppliers-model",
    "get-credit-note",
    "get-custom-data-type-configuration",
    "get-customer",
    "get-customer-attachment",
    "get-direct-cost",
    "get-direct-cost-attachment",
    "get-direct-income",
    "get-direct-income-attachment",
    "get-integration",
    "get-integrations-branding",
    "get-invoice",
    "get-invoice-attachment",
    "get-item",
    "get-item-receipt",
    "get-journal",
    "get-journal-entry",
    "get-payment",
    "get-payment-method",
    "get-profile",
    "get-profile-syncSettings",
    "get-profit-and-loss",
    "get-pull-operation",
    "get-purchase-order",
    "get-purchase-order-attachment",
    "get-push-operation",
    "get-sales-order",
    "get-statements",
    "get-statements-by-id",
    "get-supplemental-data-configuration",
    "get-supplier",
    "get-supplier-attachment",
    "get-tax-rate",
    "get-team-by-id",
    "get-teams",
    "get-tracking-category",
    "get-transaction-by-id",
    "get-transactions",
    "get-transfer",
    "get-webhook",
    "getAccount",
    "getAccountAttachmentByFileName",
    "getAccountAttachmentById",
    "getAccountAttachments",
    "getAccounts",
    "getBankTransaction",
    "getBankTransactionAttachmentByFileName",
    "getBankTransactionAttachmentById",
    "getBankTransactionAttachments",
    "getBankTransactions",
    "getBankTransactionsHistory",
    "getBankTransfer",
    "getBankTransferAttachmentByFileName",
    "getBankTransferAttachmentById",
    "getBankTransferAttachments",
    "getBankTransferHistory",
    "getBankTransfers",
    "getBatchPayment",
    "getBatchPaymentHistory",
    "getBatchPayments",
    "getBrandingTheme",
    "getBrandingThemePaymentServices",
    "getBrandingThemes",
    "getBudget",
    "getBudgets",
    "getConnections",
    "getContact",
    "getContactAttachmentByFileName",
    "getContactAttachmentById",
    "getContactAttachments",
    "getContactCISSettings",
    "getContactGroup",
    "getContactGroups",
    "getContactHistory",
    "getContacts",
    "getCreditNote",
    "getCreditNoteAttachmentByFileName",
    "getCreditNoteAttachmentById",
    "getCreditNoteAttachments",
    "getCreditNoteHistory",
    "getCreditNotes",
    "getCurrencies",
    "getExpenseClaim",
    "getExpenseClaimHistory",
    "getExpenseClaims",
    "getInvoice",
    "getInvoiceAttachmentByFileName",
    "getInvoiceAttachmentById",
    "getInvoiceAttachments",
    "getInvoiceHistory",
    "getInvoiceReminders",
    "getInvoices",
    "getItem",
    "getItemHistory",
    "getItems",
    "getJournal",
    "getJournals",
    "getLinkedTransaction",
    "getLinkedTransactions",
    "getManualJournal",
    "getManualJournalAttachmentByFileName",
    "getManualJournalAttachmentById",
    "getManualJournalAttachments",
    "getManualJournals",
    "getManualJournalsHistory",
    "getOnlineInvoice",
    "getOrganisationActions",
    "getOrganisationCISSettings",
    "getOrganisations",
    "getOverpayment",
    "getOverpaymentHistory",
    "getOverpayments",
    "getPayment",
    "getPaymentHistory",
    "getPaymentServices",
    "getPayments",
    "getPrepayment",
    "getPrepaymentHistory",
    "getPrepayments",
    "getPurchaseOrder",
    "getPurchaseOrderAttachmentByFileName",
    "getPurchaseOrderAttachmentById",
    "getPurchaseOrderAttachments",
    "getPurchaseOrderHistory",
    "getPurchaseOrders",
    "getQuote",
    "getQuoteAttachmentByFileName",
    "getQuoteAttachmentById",
    "getQuoteAttachments",
    "getQuoteHistory",
    "getQuotes",
    "getReceipt",
    "getReceiptAttachmentByFileName",
    "getReceiptAttachmentById",
    "getReceiptAttachments",
    "getReceiptHistory",
    "getReceipts",
    "getRepeatingInvoice",
    "getRepeatingInvoiceAttachmentByFileName",
    "getRepeatingInvoiceAttachmentById",
    "getRepeatingInvoiceAttachments",
    "getRepeatingInvoiceHistory",
    "getRepeatingInvoices",
    "getReportFromId",
    "getReportsList",
    "getTaxRateByTaxType",
    "getTaxRates",
    "getTrackingCategories",
    "getTrackingCategory",
    "getUser",
    "getUsers",
    "get_Bill_record",
    "get_CashSale_record",
    "get_CustomerDeposit_record",
    "get_CustomerPrepayment_record",
    "get_CustomerRefund_record",
    "get_DirectExpense_record",
    "get_Invoice_record",
    "get_JournalEntry_record",
    "get_PurchaseOrder_record",
    "get_SalesOrder_record",
    "get_VendorRefund_record",
    "is-aged-creditors-report-available",
    "is-aged-debtor-report-available",
    "jwks",
    "list-account-transactions",
    "list-accounts",
    "list-api-keys",
    "list-bank-account-transactions",
    "list-bank-accounts",
    "list-bill-attachments",
    "list-bill-credit-notes",
    "list-bill-payments",
    "list-bills",
    "list-companies",
    "list-connections",
    "list-credit-notes",
    "list-custom-data-type-records",
    "list-customer-attachments",
    "list-customers",
    "list-direct-cost-attachments",
    "list-direct-costs",
    "list-direct-income-attachments",
    "list-direct-incomes",
    "list-integrations",
    "list-invoice-attachments",
    "list-invoices",
    "list-item-receipts",
    "list-items",
    "list-journal-entries",
    "list-journals",
    "list-payment-methods",
    "list-payments",
    "list-pull-operations",
    "list-purchase-order-attachments",
    "list-purchase-orders",
    "list-rules",
    "list-sales-orders",
    "list-supplier-attachments",
    "list-suppliers",
    "list-tax-rates",
    "list-tracking-categories",
    "list-transfers",
    "list-webhook-consumers",
    "list_Bill_records",
    "list_CashSale_records",
    "list_CustomerDeposit_records",
    "list_CustomerPrepayment_records",
    "list_CustomerRefund_records",
    "list_DirectExpense_records",
    "list_Invoice_records",
    "list_JournalEntry_records",
    "list_PurchaseOrder_records",
    "list_SalesOrder_records",
    "list_VendorRefund_records",
    "openid-configuration",
    "patch-transaction-attachment",
    "patch_Bill_record",
    "patch_CustomerPrepayment_record",
    "patch_Invoice_record",
    "payables-create-bank-account",
    "payables-create-bill",
    "payables-create-bill-payment",
    "payables-create-supplier",
    "payables-delete-bill-attachment",
    "payables-download-bill-attachment",
    "payables-get-company-information",
    "payables-get-mapping-options-bills",
    "payables-get-mapping-options-payments",
    "payables-list-bill-attachments",
    "payables-list-bills",
    "payables-list-suppliers",
    "payables-upload-bill-attachment",
    "payments",
    "payroll.xro",
    "post-statements",
    "post-transaction-attachments",
    "post-transactions",
    "postSetup",
    "projects.xro",
    "put-transactions-by-id",
    "refresh-company-data",
    "refresh-company-info",
    "refresh-custom-data-type",
    "refresh-data-type",
    "remove-product",
    "replace_Invoice_record_attachments",
    "revocation",
    "set-connection-management-cors-settings",
    "token",
    "unlink-connection",
    "update-bank-account",
    "update-bill",
    "update-bill-credit-note",
    "update-company",
    "update-connection-authorization",
    "update-credit-note",
    "update-customer",
    "update-invoice",
    "update-profile",
    "update-profile-syncSettings",
    "update-purchase-order",
    "update-supplier",
    "updateAccount",
    "updateAccountAttachmentByFileName",
    "updateBankTransaction",
    "updateBankTransactionAttachmentByFileName",
    "updateBankTransferAttachmentByFileName",
    "updateContact",
    "updateContactAttachmentByFileName",
    "updateContactGroup",
    "updateCreditNote",
    "updateCreditNoteAttachmentByFileName",
    "updateExpenseClaim",
    "updateInvoice",
    "updateInvoiceAttachmentByFileName",
    "updateItem",
    "updateLinkedTransaction",
    "updateManualJournal",
    "updateManualJournalAttachmentByFileName",
    "updateOrCreateAccounts",
    "updateOrCreateBankTransactions",
    "updateOrCreateContacts",
    "updateOrCreateCreditNotes",
    "updateOrCreateInvoices",
    "updateOrCreateItems",
    "updateOrCreateManualJournals",
    "updateOrCreatePurchaseOrders",
    "updateOrCreateQuotes",
    "updateOrCreateReceipts",
    "updateOrCreateRepeatingInvoices",
    "updatePurchaseOrder",
    "updatePurchaseOrderAttachmentByFileName",
    "updateQuote",
    "updateQuoteAttachmentByFileName",
    "updateReceipt",
    "updateReceiptAttachmentByFileName",
    "updateRepeatingInvoice",
    "updateRepeatingInvoiceAttachmentByFileName",
    "updateTaxRate",
    "updateTrackingCategory",
    "updateTrackingOptions",
    "update_Bill_record",
    "update_CashSale_record",
    "update_CustomerDeposit_record",
    "update_CustomerPrepayment_record",
    "update_CustomerRefund_record",
    "update_DirectExpense_record",
    "update_Invoice_record",
    "update_JournalEntry_record",
    "update_PurchaseOrder_record",
    "update_SalesOrder_record",
    "update_VendorRefund_record",
    "upload-bill-attachment",
    "upload-billCreditNote-attachment",
    "upload-direct-cost-attachment",
    "upload-direct-income-attachment",
    "upload-expense-attachment",
    "upload-invoice-attachment",
    "upload-transfer-attachment",
]
"""An operation, as `attachment-emulator operations` lists them."""


class SandboxSettings(TypedDict, total=False):
    """The settings that a sandbox can have for itself."""

    auth: Literal["any", "strict", "off"]
    """Which credentials are accepted: any well-formed ones (any), only issued ones (strict), or none needed (off)."""
    max_retry_after: int
    """
    Maximum Retry-After in seconds. SDKs sleep that long, which would hang a test; raise it to get the vendors' own
    values, up to a day.
    """
    hide_emulator_headers: bool
    """Do not send the headers that no vendor sends: Emulator-Rule and Emulator-Fault."""
    xero_scopes: str
    """
    An app can ask for broad scopes (accounting.transactions) or, if it was created after 2 March 2026, for granular
    ones (accounting.invoices and others): broad, granular, or both.
    """
    xero_token_lifetime: int
    """An access token lives this many seconds."""
    xero_max_attachments: int
    """A document holds at most this many attachments; overwriting one of them is not one more."""
    xero_max_request_bytes: int
    """A request body of more than this many bytes is refused by the gateway."""
    xero_file_type: str
    """A file whose name does not end in one of these extensions, in any letter case, is refused."""
    xero_file_name_characters: str
    """A file name with one of these characters, or with a control character, is a bad request."""
    xero_file_names_case_sensitive: bool
    """Whether two file names that differ only in letter case are two attachments."""
    xero_content_disposition: bool
    """Whether a download carries the Content-Disposition header that the page shows; recorded ones have none."""
    xero_rate_limits: bool
    """
    Whether requests beyond the limits get 429 with an empty body: X-Rate-Limit-Problem says which limit it is
    (appminute, day, minute or concurrent, looked at in that order), Retry-After the seconds until its window ends;
    concurrent has none.
    """
    xero_rate_concurrent: int
    """
    Requests under way at a time for an organisation: from the first byte that arrives until the last of the answer is
    sent.
    """
    xero_rate_per_minute: int
    """Requests per minute and organisation."""
    xero_rate_per_day: int
    """Requests per day and organisation."""
    xero_rate_per_app: int
    """Requests per minute and app."""
    xero_idempotency_lifetime: int
    """
    A write with an Idempotency-Key is answered for this many seconds as it was at first, refusals included. A second
    request that comes before the first is done waits for its answer.
    """
    xero_idempotency_key: int
    """An Idempotency-Key has at most this many characters."""
    xero_approval: bool
    """Whether an invoice can only be authorised or submitted with a due date and an account code on each line."""
    xero_max_documents: int
    """A request holds at most this many documents."""
    xero_page_size: int
    """With a page parameter a list comes in pages of this many documents, unless pageSize says otherwise."""
    codat_rate_limits: bool
    """
    Whether a request beyond a rate limit gets 429 with the rate limit headers and Retry-After. The limits per day, per
    minute and of concurrent requests are checked in this order. A refused request does not count towards the limits per
    day and per minute.
    """
    codat_rate_concurrent: int
    """
    The account may have this many concurrent requests. A request lasts from its first byte received to the last byte of
    its response sent.
    """
    codat_rate_per_minute: int
    """
    One IP address may send this many requests a minute. The emulator counts all clients of a sandbox as one address.
    """
    codat_rate_per_day: int
    """The account may send this many requests a day, and as many again for each active company."""
    codat_idempotency_lifetime: int
    """A POST or PATCH that repeats an Idempotency-Key within this many seconds gets the first response again."""
    codat_max_companies: int
    """A client on the Free plan, as every test client is, can have at most this many companies."""
    codat_not_linked: int
    """
    On a connection that is not Linked, nothing can be pushed, and attachments cannot be read because Codat fetches them
    live. The value is the status of the response.
    """
    codat_paging: int
    """
    Lists of companies, connections, records and push operations are paginated, with links between the pages. A page has
    this many items unless `pageSize` says otherwise.
    """
    codat_max_json_bytes: int
    """A JSON request body may have at most this many bytes."""
    codat_push_polls: int
    """A push operation succeeds once it has been polled this many times; with 0 it succeeds at once."""
    codat_xero_max_bytes: int
    """An attachment pushed to Xero may have at most this many bytes."""
    codat_xero_extensions: str
    """The file name of an attachment pushed to Xero must have one of these extensions, in any letter case."""
    codat_quickbooks_online_max_bytes: int
    """An attachment pushed to QuickBooks Online may have at most this many bytes."""
    codat_quickbooks_online_extensions: str
    """
    The file name of an attachment pushed to QuickBooks Online must have one of these extensions, in any letter case.
    """
    codat_netsuite_max_bytes: int
    """An attachment pushed to NetSuite may have at most this many bytes."""
    codat_netsuite_extensions: str
    """The file name of an attachment pushed to NetSuite must have one of these extensions, in any letter case."""
    codat_dynamics_max_bytes: int
    """An attachment pushed to Dynamics 365 Business Central may have at most this many bytes."""
    codat_freeagent_max_bytes: int
    """An attachment pushed to FreeAgent may have at most this many bytes."""
    codat_freeagent_extensions: str
    """The file name of an attachment pushed to FreeAgent must have one of these extensions, in any letter case."""
    codat_zoho_books_max_bytes: int
    """An attachment pushed to Zoho Books may have at most this many bytes."""
    codat_zoho_books_extensions: str
    """The file name of an attachment pushed to Zoho Books must have one of these extensions, in any letter case."""
    dualentry_replace_attachments: bool
    """
    Whether PUT on the attachments of an invoice replaces all of them, as an entry in a newer index of DualEntry's
    documentation says.
    """
    dualentry_rate_limits: bool
    """
    Whether a request is refused when a token bucket is empty. The bucket of all requests of the API key is checked
    first, then the bucket of the method and path.
    """
    dualentry_rate_burst: int
    """An API key can send at most this many requests at once."""
    dualentry_rate_per_second: int
    """An API key regains this many requests each second."""
    dualentry_rate_operation_burst: int
    """An API key can send at most this many requests at once with the same method and path."""
    dualentry_rate_operation_per_second: int
    """An API key regains this many requests each second for the same method and path."""
    dualentry_rate_invoice_writes: int
    """An API key can create this many invoices a minute, and replace as many. It may send them all at once."""
    dualentry_max_json_bytes: int
    """A JSON request body may have at most this many bytes."""
    dualentry_known_parties: bool
    """
    Whether a company, customer or vendor that the seed data does not contain is refused. If not, any id is accepted.
    """
    dualentry_max_limit: int
    """A list has this many records by default and at most. A higher limit is silently lowered."""
    dualentry_max_file_bytes: int
    """A file may have at most this many bytes. A larger one gets 413 from the proxy in front of the API."""
    dualentry_six_fields: bool
    """Whether attachments are returned with upload_url and category in addition to the contract's four fields."""
    dualentry_url_lifetime: int
    """download_url and upload_url are valid for this many seconds."""
    dualentry_idempotency_lifetime: int
    """A write that repeats an Idempotency-Key within this many seconds gets the first response again."""
    dualentry_idempotency_key: int
    """An Idempotency-Key may have at most this many characters."""
    dualentry_idempotency_max_answer: int
    """
    A response of more than this many bytes is not replayed: a request that repeats its Idempotency-Key gets 409 without
    Retry-After, and the write is not repeated.
    """
    vrplatform_max_json_bytes: int
    """A JSON request body may have at most this many bytes."""
    vrplatform_max_name_length: int
    """A file name may have at most this many characters."""
    vrplatform_max_file_bytes: int
    """A file may have at most this many bytes. Any file type is accepted, and so is an empty file."""
    vrplatform_download_redirects: bool
    """Whether a download answers 302 with a signed URL instead of returning the bytes."""
    vrplatform_url_lifetime: int
    """The signed URL of a download is valid for this many seconds. A URL that has expired or was altered gets 403."""
    vrplatform_delete_linked: bool
    """
    Whether a file can be deleted while it is attached to a transaction. If so, it is removed from the transaction.
    """
    vrplatform_removal_deletes: bool
    """Whether a file that a PUT removes from a transaction is deleted. If not, it is staged again."""
    vrplatform_attachments_move: bool
    """
    Whether a transaction can take over a file that is attached to another transaction. If not, the request is refused.
    """
    vrplatform_refuse_duplicates: bool
    """Whether attachmentIds that list a file twice are refused. If not, the file is attached once."""
    vrplatform_known_references: bool
    """
    Whether accounts, listings and contacts that the seed data does not contain are refused. If not, any id is accepted.
    """
    vrplatform_books_closed_at: str
    """
    A transaction dated before this day cannot be created, changed or deleted, unless the header x-ignore-books-closed-
    at is true.
    """
    vrplatform_page_size: int
    """A page of a list has this many items unless `limit` says otherwise, which can be from 1 to 250."""


class ServerSettings(SandboxSettings, total=False):
    """The settings of a server: those of its sandboxes, and those of the whole server."""

    host: str
    """Address to listen on."""
    port: int
    """Port to listen on; 0 takes a free one."""
    http: Literal["httptools", "h11"]
    """HTTP parser: httptools, which is as lenient as the vendors' gateways, or h11, which is strict."""
    max_store_bytes: int
    """Capacity of the file store in bytes; an upload that exceeds it is answered with 507."""
    max_sandboxes: int
    """Maximum number of sandboxes."""
    max_exchanges: int
    """Maximum number of exchanges in the journal of a sandbox; the oldest are dropped."""
    external_url: str
    """The server's URL as clients see it, if it differs from the Host header that they send."""
    trusted_hosts: str
    """Domains, separated by spaces, at which the control API may be called beside local names and addresses."""
    log: Literal["requests", "refusals", "json", "off"]
    """What is written to stderr: a line for every request, for refused ones only, as JSON, or nothing."""
    seed: str
    """Seed of the generated ids: the same seed gives the same ids."""
    snapshot: str
    """A file written by `attachment-emulator snapshot save`. If it exists, the sandbox `default` starts from it."""
