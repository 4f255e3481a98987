"""What is said in groups and how far it gets: messages, broadcasts, receipts, decay."""
