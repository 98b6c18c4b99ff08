"""Mail as it comes in: by IMAP or LMTP, kept as files, read as text."""
