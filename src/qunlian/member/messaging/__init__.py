"""Chats on the phone: the list, one chat, and the data its script asks for."""
