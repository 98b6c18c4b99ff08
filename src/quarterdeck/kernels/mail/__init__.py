"""What can be known of a mail from its texts alone: addresses, replies, machines, packed files."""
