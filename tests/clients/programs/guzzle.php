<?php
// With Composer: vendor/autoload.php.
require 'GuzzleHttp/autoload.php';

$http = new GuzzleHttp\Client([
    'base_uri' => 'https://api.vrplatform.app/',
    'headers' => ['x-api-key' => 'anything', 'x-team-id' => 'team_123'],
]);

// A refusal is an exception.
$staged = $http->post('transaction-attachments', [
    'multipart' => [['name' => 'file', 'filename' => 'invoice.pdf', 'contents' => fopen('invoice.pdf', 'r')]],
]);
$id = json_decode($staged->getBody())->id;
$expense = $http->put('transactions/txn-124', ['json' => ['attachmentIds' => [$id]]]);

echo end(json_decode($http->get('transactions/txn-124')->getBody())->attachments)->filename, "\n";
