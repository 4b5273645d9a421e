"""The stores, queues and secrets on AWS: DynamoDB, S3, SQS and Secrets Manager."""
