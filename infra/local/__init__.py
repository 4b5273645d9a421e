"""The local host: one process that plays API Gateway, S3's notifications, SQS and the scheduler for the same handlers."""
